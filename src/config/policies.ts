import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import { errorAt } from '../diagnostics/report.ts';
import type { Attribute } from '../semantics/environment.ts';
import type { Value } from '../semantics/types.ts';
import type { PolicyConfig } from './config.ts';
import { type ConfigNode, nodeAt } from './config-node.ts';
import type { Vocabulary } from './fields.ts';
import { entriesOf, itemsOf } from './read-entries.ts';
import { readShape } from './read-shape.ts';
import { policyEntryShape, policyShape } from './shapes.ts';
import { readTyped } from './typed-value.ts';
import { unknownWord } from './unknown-word.ts';

/** The key of the policy that takes every request that no other one takes. */
export const otherwise = 'otherwise';

/** `policy: FILE`, or `policies:`, of which the last takes what the others leave. Empty where neither can be read. */
export function readPolicies(
  root: ConfigNode,
  vocabulary: Vocabulary,
  diagnostics: Diagnostic[],
): readonly PolicyConfig[] {
  const one = nodeAt(root, ['policy']);
  const several = nodeAt(root, ['policies']);
  if (one && several) {
    const help = 'write `policies: [ … , { use: FILE } ]`';
    diagnostics.push(errorAt('config-duplicate', several.at, '`policies` stands beside `policy`', { help }));
  }
  if (several) return readSeveral(several, vocabulary, diagnostics);
  if (one) return readOne(one, diagnostics);
  const help = 'write `policy: FILE`';
  diagnostics.push(errorAt('config-missing-key', root.at, '`policy` is missing', { help }));
  return [];
}

function readOne(node: ConfigNode, diagnostics: Diagnostic[]): readonly PolicyConfig[] {
  const path = readShape(policyShape, node, diagnostics);
  return path === undefined ? [] : [{ key: otherwise, path, span: node.span, for: new Map() }];
}

function readSeveral(node: ConfigNode, vocabulary: Vocabulary, diagnostics: Diagnostic[]): readonly PolicyConfig[] {
  const items = itemsOf(node, diagnostics);
  const last = items.at(-1);
  if (last === undefined && node.kind === 'list') {
    const help = 'write `policies: [ { use: FILE } ]`';
    diagnostics.push(errorAt('config-missing-key', node.at, 'there are no policies', { help }));
  }
  const places = new Map<string, ConfigNode>();
  return items.flatMap((item) => {
    const entry = readEntry(item, item === last, vocabulary, diagnostics);
    if (entry === undefined) return [];
    const earlier = places.get(entry.key);
    if (earlier !== undefined && entry.key !== otherwise) {
      const secondary = [{ span: earlier.span, message: 'first written here' }];
      const message = 'this policy is for the keys of another one, which is taken first';
      const help = 'take one of them out';
      diagnostics.push(errorAt('config-duplicate', item.span, message, { secondary, help }));
    }
    places.set(entry.key, item);
    return [entry];
  });
}

function readEntry(
  node: ConfigNode,
  isLast: boolean,
  vocabulary: Vocabulary,
  diagnostics: Diagnostic[],
): PolicyConfig | undefined {
  const shape = readShape(policyEntryShape, node, diagnostics);
  if (shape === undefined) return undefined;
  const place = nodeAt(node, ['for']);
  const wanted = entriesOf(place, diagnostics);
  if (isLast && place !== undefined) {
    const message = 'the last policy takes every request that the others leave';
    const help = 'leave `for` out, or add `- { use: FILE }` after it';
    diagnostics.push(errorAt('config-invalid-value', place.at, message, { help }));
  } else if (!isLast && wanted.size === 0) {
    const message = 'a policy without `for` takes every request: those after it would never be asked';
    const help = 'write `for: { caller.app: … }`, or move it to the end';
    diagnostics.push(errorAt('config-invalid-value', node.at, message, { help }));
  }
  const attributes = readAttributes(wanted, vocabulary, diagnostics);
  return { key: keyOf(attributes), path: shape.use, span: nodeAt(node, ['use'])?.span ?? node.span, for: attributes };
}

function readAttributes(
  wanted: ReadonlyMap<string, ConfigNode>,
  { builtins, declared, currency }: Vocabulary,
  diagnostics: Diagnostic[],
): ReadonlyMap<string, Value> {
  const values = new Map<string, Value>();
  for (const [key, node] of wanted) {
    const attribute = builtins.get(key) ?? declared.get(key);
    if (attribute === undefined || !isOfKeys(attribute)) {
      const known = [...builtins.values(), ...declared.values()].filter(isOfKeys).map((found) => found.key);
      const message = `\`${key}\` is no attribute of keys that a policy can be chosen by`;
      diagnostics.push(unknownWord('config-unknown-name', node.at, message, key, known));
      continue;
    }
    const value = readTyped(attribute.type, node, currency, diagnostics);
    if (value !== undefined) values.set(key, value);
  }
  return values;
}

/** What a request claims chooses no policy: it could choose the most lenient one. */
function isOfKeys({ key, type }: Attribute): boolean {
  return key.startsWith('caller.') && type.kind !== 'set';
}

function keyOf(attributes: ReadonlyMap<string, Value>): string {
  const pairs = [...attributes].map(([key, value]) => `${key}=${String(value)}`);
  return pairs.length === 0 ? otherwise : pairs.sort().join(' ');
}
