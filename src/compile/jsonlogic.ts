import { assertNever } from '../diagnostics/assert-never.ts';
import type { Value } from '../semantics/types.ts';
import type { Ir } from './ir.ts';

/** A rule of JsonLogic (jsonlogic.com), or a part of one: plain data. */
export type JsonLogic =
  | boolean
  | number
  | string
  | null
  | readonly JsonLogic[]
  | { readonly [operator: string]: JsonLogic };

/**
 * A condition as JsonLogic, over facts in a flat array that is read by index: `{"var": 7}`. What is missing is left out, or null.
 * Every question but `===` is asked only of what is there, since JsonLogic compares null as 0 and takes it for a text. Equality
 * is `===`, which converts nothing, and the answer is always a Boolean.
 */
export function toJsonLogic(condition: Ir): JsonLogic {
  return condition.op === 'or' ? join('or', alternativesOf(condition)) : join('and', partsOf(condition));
}

/** What must all hold: flat, an `and` in an `and` is one. */
function partsOf(condition: Ir): readonly JsonLogic[] {
  switch (condition.op) {
    case 'constant':
      return [condition.value];
    case 'and':
      return condition.of.flatMap(partsOf);
    case 'or':
      return [toJsonLogic(condition)];
    case 'not':
      return [not(toJsonLogic(condition.of))];
    case 'known':
      return [isKnown(condition.fact)];
    case 'compare':
      return compare(condition);
    case 'in':
      return [isKnown(condition.fact), { in: [read(condition.fact), condition.values] }];
    case 'has':
      return [isKnown(condition.fact), { in: [condition.element, read(condition.fact)] }];
    case 'like':
      return hasForm(condition);
    case 'week':
      return [isKnown(condition.fact), join('or', condition.spans.map(within(condition.fact)))];
    default:
      return assertNever(condition);
  }
}

function alternativesOf(condition: Ir): readonly JsonLogic[] {
  return condition.op === 'or' ? condition.of.flatMap(alternativesOf) : [toJsonLogic(condition)];
}

/** JsonLogic has no answer to an empty `and`, and none to an empty `or`. */
function join(operator: 'and' | 'or', operands: readonly JsonLogic[]): JsonLogic {
  const [first, ...others] = operands;
  if (first === undefined) return operator === 'and';
  return others.length === 0 ? first : { [operator]: operands };
}

const read = (fact: number): JsonLogic => ({ var: fact });
const equals = (one: JsonLogic, other: Value | null): JsonLogic => ({ '===': [one, other] });
const not = (operand: JsonLogic): JsonLogic => ({ '!': [operand] });
const isKnown = (fact: number): JsonLogic => not(equals(read(fact), null));

function compare({ fact, relation, value }: Ir & { readonly op: 'compare' }): readonly JsonLogic[] {
  if (relation === '==') return [equals(read(fact), value)];
  return [isKnown(fact), relation === '!=' ? not(equals(read(fact), value)) : { [relation]: [read(fact), value] }];
}

/** `substr` counts as JavaScript does, in UTF-16 units; a text that is shorter is taken whole. */
function hasForm({ fact, pattern: { place, text } }: Ir & { readonly op: 'like' }): readonly JsonLogic[] {
  if (place === 'all') return [equals(read(fact), text)];
  // Every text begins and ends with the empty one, and holds it; `in` says that the empty text holds nothing.
  if (text === '') return [isKnown(fact)];
  if (place === 'anywhere') return [isKnown(fact), { in: [text, read(fact)] }];
  const stretch = place === 'start' ? [0, text.length] : [-text.length];
  return [isKnown(fact), equals({ substr: [read(fact), ...stretch] }, text)];
}

/** Times of the week are whole minutes, so the last minute of a span is the one before its end. */
function within(fact: number): (span: readonly [start: number, end: number]) => JsonLogic {
  return ([start, end]) => ({ '<=': [start, read(fact), end - 1] });
}
