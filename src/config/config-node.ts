import type { Span } from '../diagnostics/span.ts';

interface Located {
  /** The text of the value; of a list or map its first line. */
  readonly span: Span;
  /** The key that introduces the value; elsewhere as `span`. */
  readonly at: Span;
}

export interface ScalarNode extends Located {
  readonly kind: 'scalar';
  /** With its variables filled in: may be secret. */
  readonly value: string | number | boolean | null;
  /** As it stands in the file, variables not filled in: what a message may quote. */
  readonly written: string;
  /** A finding has already been reported here, and `value` means nothing. */
  readonly broken: boolean;
}

export interface ListNode extends Located {
  readonly kind: 'list';
  readonly items: readonly ConfigNode[];
}

export interface MapNode extends Located {
  readonly kind: 'map';
  readonly entries: ReadonlyMap<string, ConfigNode>;
}

/** A value of the config file, and where it stands. */
export type ConfigNode = ScalarNode | ListNode | MapNode;

export function plainValue(node: ConfigNode): unknown {
  switch (node.kind) {
    case 'scalar':
      return node.value;
    case 'list':
      return node.items.map(plainValue);
    case 'map':
      return Object.fromEntries([...node.entries].map(([key, value]) => [key, plainValue(value)]));
  }
}

/** The node at a path of keys and indices, if there is one. */
export function nodeAt(node: ConfigNode, path: readonly PropertyKey[]): ConfigNode | undefined {
  const [step, ...rest] = path;
  if (step === undefined) return node;
  const next =
    node.kind === 'map' ? node.entries.get(String(step)) : node.kind === 'list' ? node.items[Number(step)] : undefined;
  return next && nodeAt(next, rest);
}

/** How a message names a value that is wrong. Never holds the value of a variable. */
export function quoteNode(node: ConfigNode): string {
  if (node.kind !== 'scalar') return `a ${node.kind}`;
  return node.written === '' ? 'an empty value' : `\`${node.written}\``;
}

/** The text of a scalar as it stands in the file, for suggestions. */
export function writtenText(node: ConfigNode | undefined): string {
  return node?.kind === 'scalar' ? node.written : '';
}
