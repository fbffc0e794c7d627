import type { Ir } from '../compile/ir.ts';
import { evaluate, type FactRow } from './evaluate.ts';

/** A condition as a function of the facts. */
export type ConditionFunction = (row: FactRow) => boolean;

/** The condition as functions that call each other: what `evaluate` answers, without reading the condition anew each time. */
export function functionOf(condition: Ir): ConditionFunction {
  switch (condition.op) {
    case 'constant':
      return condition.value ? () => true : () => false;
    case 'not': {
      const operand = functionOf(condition.of);
      return (row) => !operand(row);
    }
    case 'and':
      return allOf(condition.of.map(functionOf));
    case 'or':
      return anyOf(condition.of.map(functionOf));
    case 'compare':
      return compare(condition);
    default:
      return (row) => evaluate(condition, row);
  }
}

function allOf(operands: readonly ConditionFunction[]): ConditionFunction {
  return (row) => {
    for (const operand of operands) if (!operand(row)) return false;
    return true;
  };
}

function anyOf(operands: readonly ConditionFunction[]): ConditionFunction {
  return (row) => {
    for (const operand of operands) if (operand(row)) return true;
    return false;
  };
}

/** What is missing makes every comparison false. */
function compare({ fact, relation, value }: Ir & { readonly op: 'compare' }): ConditionFunction {
  switch (relation) {
    case '==':
      return (row) => row[fact] === value;
    case '!=':
      return (row) => row[fact] !== undefined && row[fact] !== value;
    case '<':
      return (row) => (row[fact] ?? value) < value;
    case '<=':
      return (row) => row[fact] !== undefined && row[fact] <= value;
    case '>':
      return (row) => (row[fact] ?? value) > value;
    default:
      return (row) => row[fact] !== undefined && row[fact] >= value;
  }
}
