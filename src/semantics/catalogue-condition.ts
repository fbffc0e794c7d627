import { assertNever } from '../diagnostics/assert-never.ts';
import type { Model } from './environment.ts';
import type { Condition, LikePattern, Operand } from './typed.ts';
import type { Value } from './types.ts';

/** The truth, for one model, of a condition that reads only what the catalogue fixes (`models where`). */
export function evaluateForModel(condition: Condition, index: number, model: Model): boolean {
  const value = (operand: Operand) => catalogueValue(operand, model);
  switch (condition.kind) {
    case 'constant':
      return condition.value;
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
    case 'like':
      return matchesLike(value(condition.operand), condition.pattern);
    case 'known':
      return value(condition.operand) !== undefined;
    case 'model-in':
      return condition.models.includes(index);
    // A request's facts cannot be read here: the checker refused them.
    case 'model-requested':
    case 'requested-known':
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

/** Two values of one type compared; what is missing compares with nothing. */
export function compareValues(left: Value | undefined, operator: string, right: Value | undefined): boolean {
  if (left === undefined || right === undefined) return false;
  switch (operator) {
    case '==':
      return left === right;
    case '!=':
      return left !== right;
    case '<':
      return left < right;
    case '<=':
      return left <= right;
    case '>':
      return left > right;
    default:
      return left >= right;
  }
}

export function setHolds(set: Value | undefined, element: Value | undefined): boolean {
  return Array.isArray(set) && typeof element === 'string' && set.includes(element);
}

export function matchesLike(text: Value | undefined, { place, text: wanted }: LikePattern): boolean {
  if (typeof text !== 'string') return false;
  if (place === 'start') return text.startsWith(wanted);
  if (place === 'end') return text.endsWith(wanted);
  return place === 'anywhere' ? text.includes(wanted) : text === wanted;
}
