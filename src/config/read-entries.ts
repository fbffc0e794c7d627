import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import { errorAt } from '../diagnostics/report.ts';
import { type ConfigNode, quoteNode } from './config-node.ts';
import { unknownWord } from './unknown-word.ts';

const nothing: ReadonlyMap<string, ConfigNode> = new Map();

function isEmpty(node: ConfigNode): boolean {
  return node.kind === 'scalar' && (node.broken || node.value === null);
}

/** The entries of a map; an empty value has none, and anything else is reported. */
export function entriesOf(node: ConfigNode | undefined, diagnostics: Diagnostic[]): ReadonlyMap<string, ConfigNode> {
  if (node === undefined || isEmpty(node)) return nothing;
  if (node.kind === 'map') return node.entries;
  diagnostics.push(errorAt('config-invalid-value', node.span, `${quoteNode(node)} is not a map`));
  return nothing;
}

/** The items of a list, under the same rules. */
export function itemsOf(node: ConfigNode | undefined, diagnostics: Diagnostic[]): readonly ConfigNode[] {
  if (node === undefined || isEmpty(node)) return [];
  if (node.kind === 'list') return node.items;
  diagnostics.push(errorAt('config-invalid-value', node.span, `${quoteNode(node)} is not a list`));
  return [];
}

/** The map cut down to some of its keys. */
export function pickKeys(node: ConfigNode, keys: readonly string[]): ConfigNode {
  if (node.kind !== 'map') return node;
  return { ...node, entries: new Map([...node.entries].filter(([key]) => keys.includes(key))) };
}

const topLevelKeys = [
  'version',
  'server',
  'policy',
  'policies',
  'policy_source',
  'time_zone',
  'currency',
  'store',
  'ledger',
  'estimates',
  'tokens',
  'auth',
  'catalog',
  'circuit',
  'providers',
  'models',
  'attributes',
  'notify',
  'guards',
  'cache',
  'keys',
];

/** The sections of the config, those that do not exist reported. */
export function checkTopLevel(root: ConfigNode, diagnostics: Diagnostic[]): ReadonlyMap<string, ConfigNode> {
  const sections = entriesOf(root, diagnostics);
  for (const [key, node] of sections) {
    if (topLevelKeys.includes(key)) continue;
    diagnostics.push(unknownWord('config-unknown-key', node.at, `\`${key}\` is not known here`, key, topLevelKeys));
  }
  return sections;
}
