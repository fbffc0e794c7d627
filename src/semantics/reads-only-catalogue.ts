import { assertNever } from '../diagnostics/assert-never.ts';
import type { Condition, Operand } from './typed.ts';

/** Whether a condition is decided by the model alone, the same for every request. */
export function readsOnlyCatalogue(condition: Condition): boolean {
  switch (condition.kind) {
    case 'and':
    case 'or':
      return condition.operands.every(readsOnlyCatalogue);
    case 'not':
      return readsOnlyCatalogue(condition.operand);
    case 'truth':
    case 'member':
    case 'text':
    case 'known':
      return isFixed(condition.operand);
    case 'compare':
      return isFixed(condition.operand) && isFixed(condition.constant);
    case 'has':
      return isFixed(condition.set) && isFixed(condition.element);
    case 'model-in':
      return true;
    case 'model-requested':
    case 'requested-known':
    case 'now-in':
      return false;
    default:
      return assertNever(condition);
  }
}

/** Fixed before the request comes: constants, and what the catalogue says of the model under consideration. */
export function isFixed({ parts }: Operand): boolean {
  return parts.every((part) => part.kind === 'constant' || part.kind === 'catalogue');
}
