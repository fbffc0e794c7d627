import { assertNever } from '../diagnostics/assert-never.ts';
import type { Model } from './environment.ts';
import type { Condition, Operand } from './typed.ts';
import type { Value } from './types.ts';
import { compareValues, matchesText, setHolds } from './value-operations.ts';

/** The truth, for one model, of a condition that reads only what the catalogue fixes (`models where`). */
export function evaluateForModel(condition: Condition, index: number, model: Model): boolean {
  const value = (operand: Operand) => catalogueValue(operand, model);
  switch (condition.kind) {
    case 'and':
      return condition.operands.every((operand) => evaluateForModel(operand, index, model));
    case 'or':
      return condition.operands.some((operand) => evaluateForModel(operand, index, model));
    case 'not':
      return !evaluateForModel(condition.operand, index, model);
    case 'truth':
      return value(condition.operand) === true;
    case 'compare':
      return compareValues(value(condition.operand), condition.operator, value(condition.constant));
    case 'member':
      return condition.values.some((candidate) => candidate === value(condition.operand));
    case 'has':
      return setHolds(value(condition.set), value(condition.element));
    case 'text':
      return matchesText(value(condition.operand), condition.pattern);
    case 'known':
      return value(condition.operand) !== undefined;
    case 'model-in':
      return condition.models.includes(index);
    // A request's facts cannot be read here: the checker refused them.
    case 'model-requested':
    case 'requested-known':
    case 'now-in':
      return false;
    default:
      return assertNever(condition);
  }
}

function catalogueValue(operand: Operand, model: Model): Value | undefined {
  for (const part of operand.parts) {
    const value =
      part.kind === 'constant'
        ? part.value
        : part.kind === 'catalogue'
          ? model.attributes.get(part.attribute)
          : undefined;
    if (value !== undefined) return value;
  }
  return undefined;
}
