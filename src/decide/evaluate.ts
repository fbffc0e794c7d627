import type { Ir } from '../compile/ir.ts';
import type { PolicyProgram } from '../compile/program.ts';
import { assertNever } from '../diagnostics/assert-never.ts';
import { compareValues, matchesLike, setHolds } from '../semantics/catalogue-condition.ts';
import type { Value } from '../semantics/types.ts';
import type { Facts } from './facts.ts';

/** The facts that a program reads, in the order of its slots; what is missing is undefined. */
export type FactRow = readonly (Value | undefined)[];

export function readFacts(program: PolicyProgram, facts: Facts): FactRow {
  return program.facts.map((slot) => facts.get(slot.key) ?? slot.absent);
}

/** The truth of a condition. Total: what is missing makes an atom false, and no value has the wrong type. */
export function evaluate(condition: Ir, row: FactRow): boolean {
  switch (condition.op) {
    case 'constant':
      return condition.value;
    case 'and':
      return condition.of.every((operand) => evaluate(operand, row));
    case 'or':
      return condition.of.some((operand) => evaluate(operand, row));
    case 'not':
      return !evaluate(condition.of, row);
    case 'known':
      return row[condition.fact] !== undefined;
    case 'compare':
      return compareValues(row[condition.fact], condition.relation, condition.value);
    case 'in': {
      const value = row[condition.fact];
      return value !== undefined && condition.values.includes(value);
    }
    case 'has':
      return setHolds(row[condition.fact], condition.element);
    case 'like':
      return matchesLike(row[condition.fact], condition.pattern);
    default:
      return assertNever(condition);
  }
}
