import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import { errorAt } from '../diagnostics/report.ts';
import { readValue } from '../semantics/read-value.ts';
import type { Type, TypeKind, Value } from '../semantics/types.ts';
import { writeMoney } from '../syntax/quantities.ts';
import { type ConfigNode, plainValue, quoteNode, writtenText } from './config-node.ts';
import { unknownWord } from './unknown-word.ts';

const descriptions: Readonly<Record<Exclude<TypeKind, 'enum'>, readonly [what: string, example: string]>> = {
  bool: ['neither `true` nor `false`', 'true'],
  string: ['not text', '"support"'],
  tokens: ['not a number of tokens', '128k'],
  requests: ['not a number of requests', '60'],
  count: ['not a whole number', '20'],
  money: ['not an amount of money', '$1.25'],
  duration: ['not a duration', '30s'],
  percent: ['not a percentage', '85%'],
  decimal: ['not a decimal', '0.7'],
  time: ['not a time of the week', 'mon 09:00'],
  set: ['not a set', '[ "a", "b" ]'],
};

/** What is wrong with a node that is no value of the type; of a list, with each of its members that is none. */
function describeWrong(type: Type, node: ConfigNode, currency: string): readonly Diagnostic[] {
  if (node.kind === 'scalar' && node.broken) return [];
  if (type.kind === 'set' && node.kind === 'list') {
    const member: Type = type.values ? { kind: 'enum', name: '', values: type.values } : { kind: 'string' };
    const wrong = node.items.filter((item) => readValue(member, plainValue(item), currency) === undefined);
    return wrong.flatMap((item) => describeWrong(member, item, currency));
  }
  if (type.kind === 'enum') {
    const message = `${quoteNode(node)} is none of its values`;
    return [unknownWord('config-invalid-value', node.span, message, writtenText(node), type.values)];
  }
  const [what, example] = descriptions[type.kind];
  const shown = type.kind === 'money' ? writeMoney(1_250_000_000, currency) : example;
  const help = `write it like \`${shown}\``;
  return [errorAt('config-invalid-value', node.span, `${quoteNode(node)} is ${what}`, { help })];
}

/** The node's value as the type holds it; what is wrong with it is reported where it stands. */
export function readTyped(
  type: Type,
  node: ConfigNode,
  currency: string,
  diagnostics: Diagnostic[],
): Value | undefined {
  const value = readValue(type, plainValue(node), currency);
  if (value === undefined) diagnostics.push(...describeWrong(type, node, currency));
  return value;
}
