import type { Name, PolicyFile } from '../syntax/ast.ts';
import type { Context } from './context.ts';

const roots = ['request', 'caller', 'model', 'budget', 'limit', 'now', 'requested', 'route', 'branch'];

/** A `let` or a schedule takes no name that something else has, in its own file or in one that it extends. */
export function checkNames(layers: readonly { readonly context: Context; readonly file: PolicyFile }[]): void {
  const [first] = layers;
  if (!first) return;
  const taken = takenNames(first.context);
  for (const { context, file } of layers) {
    for (const item of file.items) {
      if (item.kind === 'let' || item.kind === 'schedule') claim(context, taken, item.name, item.kind);
    }
  }
}

function claim(context: Context, taken: Map<string, string>, { text, span }: Name, kind: string): void {
  const owner = taken.get(text);
  if (owner) {
    context.findings.error('name-taken', span, `\`${text}\` is the name of ${owner}`, { help: 'choose another name' });
  }
  taken.set(text, owner ?? `another \`${kind}\``);
}

function takenNames({ environment, modelIndex }: Context): Map<string, string> {
  const taken = new Map<string, string>();
  for (const { type } of environment.attributes.values()) {
    if (type.kind === 'enum' && !type.name.startsWith('model.')) {
      for (const value of type.values) taken.set(value, `a value of \`${type.name}\``);
    }
  }
  for (const name of modelIndex.keys()) taken.set(name, 'a model');
  for (const root of roots) taken.set(root, 'a word of the language');
  return taken;
}
