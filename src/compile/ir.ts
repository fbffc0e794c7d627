import type { LikePattern } from '../semantics/typed.ts';
import type { Value } from '../semantics/types.ts';
import type { Relation } from '../syntax/ast.ts';

/**
 * A condition over facts, ready to run: plain data. `fact` is an index into the program's `facts`. Every atom compares one
 * fact with a constant and is false when the fact is missing; catalogue values have become constants, and `??` has become
 * `known`.
 */
export type Ir =
  | { readonly op: 'constant'; readonly value: boolean }
  | { readonly op: 'and' | 'or'; readonly of: readonly Ir[] }
  | { readonly op: 'not'; readonly of: Ir }
  | { readonly op: 'known'; readonly fact: number }
  | { readonly op: 'compare'; readonly fact: number; readonly relation: Relation; readonly value: Value }
  | { readonly op: 'in'; readonly fact: number; readonly values: readonly Value[] }
  | { readonly op: 'has'; readonly fact: number; readonly element: string }
  | { readonly op: 'like'; readonly fact: number; readonly pattern: LikePattern }
  /** The time of the week lies in one of the spans: first minute in, last minute out. */
  | { readonly op: 'week'; readonly fact: number; readonly spans: readonly (readonly [start: number, end: number])[] };

export const always: Ir = { op: 'constant', value: true };
export const never: Ir = { op: 'constant', value: false };

/** `and` and `or` kept flat and free of constants. */
export function both(operands: readonly Ir[]): Ir {
  return join('and', operands);
}

export function either(operands: readonly Ir[]): Ir {
  return join('or', operands);
}

function join(op: 'and' | 'or', operands: readonly Ir[]): Ir {
  const absorbing = op === 'or';
  const flat: Ir[] = [];
  for (const operand of operands) {
    if (operand.op === 'constant') {
      if (operand.value === absorbing) return operand;
    } else if (operand.op === op) {
      flat.push(...operand.of);
    } else {
      flat.push(operand);
    }
  }
  const [first] = flat;
  if (!first) return absorbing ? never : always;
  return flat.length === 1 ? first : { op, of: flat };
}

export function negate(operand: Ir): Ir {
  if (operand.op === 'constant') return operand.value ? never : always;
  return operand.op === 'not' ? operand.of : { op: 'not', of: operand };
}
