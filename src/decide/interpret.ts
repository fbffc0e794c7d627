import { questionKey } from '../compile/fact-table.ts';
import { assertNever } from '../diagnostics/assert-never.ts';
import { type Environment, isReceiver } from '../semantics/environment.ts';
import type { Condition, Operand, Part, TextPattern } from '../semantics/typed.ts';
import type { Type, Value } from '../semantics/types.ts';
import { compareValues, matchesText, setHolds } from '../semantics/value-operations.ts';
import { nowIn } from '../semantics/week.ts';
import type { Facts } from './facts.ts';

/** What a typed condition is read against: facts, and the model under consideration where there is one. */
export interface Situation {
  readonly environment: Environment;
  readonly facts: Facts;
  readonly model: number | undefined;
  /** Called with each value that was looked at, by the name under which the policy reads it. */
  readonly onRead?: (name: string, value: Value | undefined) => void;
}

/**
 * The meaning of a condition, written to be read: straight over the typed policy, without the compiler. What it answers and
 * what the compiled program answers must be the same.
 */
export function interpretCondition(situation: Situation, condition: Condition): boolean {
  const value = (operand: Operand) => interpretOperand(situation, operand);
  switch (condition.kind) {
    case 'and':
      return condition.operands.every((operand) => interpretCondition(situation, operand));
    case 'or':
      return condition.operands.some((operand) => interpretCondition(situation, operand));
    case 'not':
      return !interpretCondition(situation, condition.operand);
    case 'truth':
      return value(condition.operand) === true;
    case 'compare':
      return compareValues(value(condition.operand), condition.operator, value(condition.constant));
    case 'member': {
      const candidate = value(condition.operand);
      return candidate !== undefined && condition.values.includes(candidate);
    }
    case 'has':
      return setHolds(value(condition.set), value(condition.element));
    case 'text':
      return interpretText(situation, condition.operand, condition.pattern);
    case 'known':
      return value(condition.operand) !== undefined;
    case 'model-in':
      return situation.model !== undefined && condition.models.includes(situation.model);
    case 'model-requested':
      return situation.model !== undefined && interpretRequested(situation).includes(situation.model);
    case 'requested-known':
      return interpretRequested(situation).length > 0;
    case 'now-in':
      return condition.spans.some(({ zone, start, end }) => {
        const minute = interpretFact(situation, { key: nowIn(zone), type: { kind: 'time' }, optional: false });
        return typeof minute === 'number' && minute >= start && minute < end;
      });
    default:
      return assertNever(condition);
  }
}

/** The models that answer to `request.model`, in catalogue order. */
export function interpretRequested(situation: Situation): number[] {
  const asked = interpretFact(situation, { key: 'request.model', type: { kind: 'string' }, optional: false });
  return situation.environment.models.flatMap((model, index) =>
    typeof asked === 'string' && model.answersTo.includes(asked) ? [index] : [],
  );
}

/** The first part that is not missing. */
export function interpretOperand(situation: Situation, operand: Pick<Operand, 'parts'>): Value | undefined {
  for (const part of operand.parts) {
    const value = interpretPart(situation, part);
    if (value !== undefined) return value;
  }
  return undefined;
}

function interpretPart(situation: Situation, part: Part): Value | undefined {
  const model = situation.model === undefined ? undefined : situation.environment.models[situation.model];
  switch (part.kind) {
    case 'constant':
      return part.value;
    case 'fact':
      return interpretFact(situation, part);
    case 'catalogue': {
      const value = model?.attributes.get(part.attribute);
      situation.onRead?.(`${model?.name}.${part.attribute}`, value);
      return value;
    }
    case 'state':
      if (model && isReceiver(model)) return model.attributes.get(part.attribute);
      return model && interpretFact(situation, { ...part, key: `${model.name}.${part.attribute}` });
    default:
      return assertNever(part);
  }
}

/** Whether a text has a form. The door may have answered already, and kept the text to itself. */
function interpretText(situation: Situation, operand: Operand, pattern: TextPattern): boolean {
  for (const part of operand.parts) {
    const answered = part.kind === 'fact' ? situation.facts.get(questionKey(part.key, pattern)) : undefined;
    if (answered === true) return true;
    const value = interpretPart(situation, part);
    if (value !== undefined) return answered === undefined && matchesText(value, pattern);
  }
  return false;
}

/** A fact by its key, and what is known of it when it is not given. */
export type FactRead = Pick<Part & { kind: 'fact' }, 'key' | 'type' | 'optional'>;

/** "What is left out is missing if optional, its default if it has one, and otherwise the neutral value." */
export function interpretFact(situation: Situation, fact: FactRead): Value | undefined {
  const value = situation.facts.get(fact.key) ?? (fact.optional ? undefined : whenLeftOut(situation.environment, fact));
  situation.onRead?.(fact.key, value);
  return value;
}

function whenLeftOut({ attributes, models }: Environment, { key, type }: FactRead): Value {
  const presence = attributes.get(key)?.presence;
  if (presence?.kind === 'default') return presence.value;
  const healthy = models.some(({ name }) => key === `${name}.up`);
  return healthy || neutralValue(type);
}

/** Noon of a Monday. */
const neutralMinute = 12 * 60;

/** "0, false, … unspent, nothing exhausted, … tags empty, … other text `test`, `now` = 2026-01-05T12:00:00Z (a Monday)." */
function neutralValue(type: Type): Value {
  switch (type.kind) {
    case 'bool':
      return false;
    case 'string':
      return 'test';
    case 'enum':
      return type.values[0] ?? '';
    case 'set':
      return [];
    case 'time':
      return neutralMinute;
    default:
      return 0;
  }
}
