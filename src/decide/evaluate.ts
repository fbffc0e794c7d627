import type { Ir } from '../compile/ir.ts';
import type { Bucket, PolicyProgram, ProgramOperand } from '../compile/program.ts';
import { assertNever } from '../diagnostics/assert-never.ts';
import { writeValue } from '../semantics/read-value.ts';
import type { Value } from '../semantics/types.ts';
import { compareValues, matchesText, setHolds } from '../semantics/value-operations.ts';
import type { Facts } from './facts.ts';
import { bucketOf } from './murmur3.ts';

/** The facts that a program reads, in the order of its slots; what is missing is undefined. */
export type FactRow = (Value | undefined)[];

export function readRow(program: Pick<PolicyProgram, 'facts'>, facts: Facts): FactRow {
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
      return matchesText(row[condition.fact], condition.pattern);
    case 'week': {
      const minute = row[condition.fact];
      return typeof minute === 'number' && condition.spans.some(([start, end]) => minute >= start && minute < end);
    }
    default:
      return assertNever(condition);
  }
}

export function valueIn(operand: ProgramOperand, row: FactRow): Value | undefined {
  for (const fact of operand.facts) {
    const value = row[fact];
    if (value !== undefined) return value;
  }
  return operand.constant;
}

/** A copied value as text: a tag's, a counter's key, what a split divides by. */
export function textOf({ currency }: Pick<PolicyProgram, 'currency'>, operand: ProgramOperand, row: FactRow): string {
  const value = valueIn(operand, row);
  return value === undefined ? '' : String(writeValue(operand.type, value, currency));
}

/** The bucket that a test gives, else that of the key. */
export function readBucket(program: PolicyProgram, { fact, key, salt }: Bucket, row: FactRow): number {
  const given = row[fact];
  return typeof given === 'number' ? given : bucketOf(salt, textOf(program, key, row));
}
