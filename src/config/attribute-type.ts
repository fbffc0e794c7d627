import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import { errorAt } from '../diagnostics/report.ts';
import type { Type, TypeKind } from '../semantics/types.ts';
import { type ConfigNode, nodeAt, quoteNode, writtenText } from './config-node.ts';
import { unknownWord } from './unknown-word.ts';

const typeNames: readonly TypeKind[] = [
  'bool',
  'enum',
  'string',
  'tokens',
  'requests',
  'count',
  'money',
  'duration',
  'percent',
  'decimal',
  'set',
];

/** What is wrong with a word of a type. Messages show these words, so none may come out of a variable. */
function describeListed(values: readonly string[], index: number, item: ConfigNode): Diagnostic | undefined {
  const value = values[index];
  if (value !== writtenText(item)) {
    const help = 'write the word itself: policies are checked against it';
    const message = `${quoteNode(item)} cannot stand among the values`;
    return errorAt('config-invalid-value', item.span, message, { help });
  }
  if (values.indexOf(value) === index) return undefined;
  return errorAt('config-duplicate', item.span, `${quoteNode(item)} is listed twice`, { help: 'keep one of them' });
}

function describeValues(type: TypeKind, values: readonly string[], node: ConfigNode): readonly Diagnostic[] {
  const place = nodeAt(node, ['values']);
  if (type === 'enum' && values.length === 0) {
    const help = 'list its words: `values: [ a, b ]`';
    return [errorAt('config-missing-key', place?.at ?? node.at, 'an `enum` needs `values`', { help })];
  }
  if (type !== 'enum' && type !== 'set' && place) {
    const help = 'leave them out, or write `type: enum`';
    return [errorAt('config-invalid-value', place.at, `a \`${type}\` has no \`values\``, { help })];
  }
  const items = place?.kind === 'list' ? place.items : [];
  return items.flatMap((item, index) => describeListed(values, index, item) ?? []);
}

/** The type that a declaration states with `type` and `values`. */
export function readType(
  key: string,
  shape: { readonly type: string; readonly values?: readonly string[] | undefined },
  node: ConfigNode,
  diagnostics: Diagnostic[],
): Type | undefined {
  const kind = typeNames.find((name) => name === shape.type);
  if (kind === undefined) {
    const place = nodeAt(node, ['type']) ?? node;
    const message = `${quoteNode(place)} is no type`;
    diagnostics.push(unknownWord('config-unknown-name', place.span, message, writtenText(place), typeNames));
    return undefined;
  }
  const wrong = describeValues(kind, shape.values ?? [], node);
  diagnostics.push(...wrong);
  if (wrong.length > 0) return undefined;
  if (kind === 'enum') return { kind, name: key, values: shape.values ?? [] };
  if (kind === 'set') return shape.values ? { kind, values: shape.values } : { kind };
  return { kind };
}
