import type { Diagnostic, Parsed } from '../diagnostics/diagnostic.ts';
import { errorAt } from '../diagnostics/report.ts';
import type { Source } from '../diagnostics/source.ts';
import type { Name, PolicyFile } from '../syntax/ast.ts';
import { parsePolicy, parseTests } from '../syntax/parse-policy.ts';

/** A file of a policy. Layers stand parents first, in the order written; the last is the file that is served. */
export interface Layer {
  readonly file: PolicyFile;
  /** Steps from the served file, which is 0; the shortest way counts. */
  readonly distance: number;
  /** The layers that this file extends, directly or by way of others. */
  readonly ancestors: ReadonlySet<Layer>;
}

/** Finds the file that `extends` names, as seen from another file: its text, or why it cannot be had. */
export type ResolveParent = (from: Source, written: string) => Source | { readonly problem: string };

/** For policies that must stand alone. */
export const noParents: ResolveParent = () => ({ problem: 'there are no other files here' });

/** Reads a policy and all files that it extends. Each counts once, however many ways lead to it; a cycle is an error. */
export function linkLayers(entry: Source, resolve: ResolveParent, tests?: Source): Parsed<readonly Layer[]> {
  const linker = new Linker(resolve);
  const linked = linker.add(entry, []);
  const last = linked && tests ? linker.addTests(linked, tests) : linked;
  return { value: last && linker.layers(last), diagnostics: linker.diagnostics };
}

interface Linked {
  readonly file: PolicyFile;
  readonly parents: readonly Linked[];
}

/** Files on the way from the served one to a parent: as brackets may nest. */
const mostLayers = 64;

class Linker {
  readonly diagnostics: Diagnostic[] = [];
  readonly #resolve: ResolveParent;
  readonly #linked = new Map<string, Linked | undefined>();

  constructor(resolve: ResolveParent) {
    this.#resolve = resolve;
  }

  add(source: Source, path: readonly string[]): Linked | undefined {
    if (this.#linked.has(source.name)) return this.#linked.get(source.name);
    const { value: file, diagnostics } = parsePolicy(source);
    this.diagnostics.push(...diagnostics);
    const parents = (file?.parents ?? []).flatMap(
      (parent) => this.#parent(source, parent, [...path, source.name]) ?? [],
    );
    const linked = file && { file, parents };
    this.#linked.set(source.name, linked);
    return linked;
  }

  /** Further tests belong to the served file as if they stood at its end. */
  addTests(linked: Linked, source: Source): Linked {
    const { value = [], diagnostics } = parseTests(source);
    this.diagnostics.push(...diagnostics);
    const { file } = linked;
    return { ...linked, file: { ...file, items: [...file.items, ...value] } };
  }

  #parent(from: Source, written: Name, path: readonly string[]): Linked | undefined {
    const found = this.#resolve(from, written.text);
    if ('problem' in found) {
      this.diagnostics.push(
        errorAt('bad-parent', written.span, `cannot read \`${written.text}\`: ${found.problem}`, {
          help: 'name a policy file by its path from this one: `extends "./org.llmpolicy"`',
        }),
      );
      return undefined;
    }
    if (path.length > mostLayers) {
      this.diagnostics.push(
        errorAt('bad-parent', written.span, `more than ${mostLayers} files extend one another`, {
          help: 'join some of them',
        }),
      );
      return undefined;
    }
    if (path.includes(found.name)) {
      const way = [...path.slice(path.indexOf(found.name)), found.name].map((name) => `\`${name}\``).join(' → ');
      this.diagnostics.push(
        errorAt('cyclic-extends', written.span, 'these files extend one another', {
          notes: [way],
          help: 'take one `extends` out',
        }),
      );
      return undefined;
    }
    return this.add(found, path);
  }

  /** Parents first, each file once. */
  layers(entry: Linked): readonly Layer[] {
    const distances = distancesFrom(entry);
    const made = new Map<Linked, Layer>();
    const visit = (linked: Linked): Layer => {
      const known = made.get(linked);
      if (known) return known;
      const parents = linked.parents.map(visit);
      const ancestors = new Set(parents.flatMap((parent) => [...parent.ancestors, parent]));
      const layer = { file: linked.file, distance: distances.get(linked) ?? 0, ancestors };
      made.set(linked, layer);
      return layer;
    };
    visit(entry);
    return [...made.values()];
  }
}

function distancesFrom(entry: Linked): ReadonlyMap<Linked, number> {
  const distances = new Map<Linked, number>([[entry, 0]]);
  const queue = [entry];
  for (let next = queue.shift(); next; next = queue.shift()) {
    for (const parent of next.parents) {
      if (distances.has(parent)) continue;
      distances.set(parent, (distances.get(next) ?? 0) + 1);
      queue.push(parent);
    }
  }
  return distances;
}
