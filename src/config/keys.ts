import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import { errorAt } from '../diagnostics/report.ts';
import type { KeyConfig } from './config.ts';
import { type ConfigNode, nodeAt, quoteNode } from './config-node.ts';
import { type FieldOwner, readFields, type Vocabulary } from './fields.ts';
import { pickKeys } from './read-entries.ts';
import { readShape } from './read-shape.ts';
import { keyShape } from './shapes.ts';

const keyFields: FieldOwner = {
  root: 'caller',
  title: 'a key',
  ownFields: Object.keys(keyShape.shape),
  unwritable: new Set(['caller.key']),
};

/** What `caller.key` is when a request brings no key. */
const nobody = 'anonymous';

function readKey(node: ConfigNode, vocabulary: Vocabulary, diagnostics: Diagnostic[]): KeyConfig | undefined {
  const shape = readShape(keyShape, pickKeys(node, keyFields.ownFields), diagnostics);
  const fields = readFields(node, keyFields, vocabulary, diagnostics);
  if (!shape) return undefined;
  if (shape.name === nobody) {
    const help = 'call it something else: that is the name of requests without a key';
    const place = nodeAt(node, ['name']) ?? node;
    diagnostics.push(errorAt('config-invalid-value', place.span, `a key cannot be called \`${nobody}\``, { help }));
  }
  const facts = [...fields].map(([field, value]) => [`caller.${field}`, value] as const);
  return { name: shape.name, sha256: shape.hash, facts: new Map([['caller.key', shape.name], ...facts]) };
}

function reportRepetition(first: ConfigNode, again: ConfigNode, field: string, diagnostics: Diagnostic[]): void {
  const [earlier, later] = [nodeAt(first, [field]), nodeAt(again, [field])];
  if (!earlier || !later) return;
  const secondary = [{ span: earlier.span, message: 'first written here' }];
  const message = `${quoteNode(later)} is the ${field} of two keys`;
  diagnostics.push(
    errorAt('config-duplicate', later.span, message, { secondary, help: `give each key a ${field} of its own` }),
  );
}

/** The virtual keys of the config: no two of one name or one hash. */
export function readKeys(
  nodes: readonly ConfigNode[],
  vocabulary: Vocabulary,
  diagnostics: Diagnostic[],
): readonly KeyConfig[] {
  const keys = new Map<KeyConfig, ConfigNode>();
  for (const node of nodes) {
    const key = readKey(node, vocabulary, diagnostics);
    if (!key) continue;
    for (const [earlier, place] of keys) {
      if (earlier.name === key.name) reportRepetition(place, node, 'name', diagnostics);
      if (earlier.sha256 === key.sha256) reportRepetition(place, node, 'hash', diagnostics);
    }
    keys.set(key, node);
  }
  return [...keys.keys()];
}
