import { questionKey } from '../compile/fact-table.ts';
import { assertNever } from '../diagnostics/assert-never.ts';
import { isReceiver } from '../semantics/environment.ts';
import type { Condition, Operand, Part, TextPattern } from '../semantics/typed.ts';
import { nowIn } from '../semantics/week.ts';
import { type FactRead, interpretCondition, interpretOperand, type Situation } from './interpret.ts';

/** The name that a request asks for. */
export const askedModel: FactRead = { key: 'request.model', type: { kind: 'string' }, optional: false };

/** The facts that a condition asks of, for the model under consideration, whatever their values are. */
export function factsAskedBy(situation: Situation, condition: Condition): readonly FactRead[] {
  switch (condition.kind) {
    case 'and':
    case 'or':
      return condition.operands.flatMap((operand) => factsAskedBy(situation, operand));
    case 'not':
      return factsAskedBy(situation, condition.operand);
    case 'truth':
      return factsReadBy(situation, condition.operand);
    case 'compare': {
      const constant = fixedValue(situation, condition.constant.parts);
      return constant === undefined ? [] : factsReadBy(situation, condition.operand, [isText(constant)]);
    }
    case 'member':
      return factsReadBy(situation, condition.operand, condition.values.map(isText));
    case 'has':
      return fixedValue(situation, condition.element.parts) === undefined ? [] : factsReadBy(situation, condition.set);
    case 'text':
      return factsReadBy(situation, condition.operand, [condition.pattern]);
    case 'known':
      return condition.operand.parts
        .flatMap((part) => factOf(situation, part) ?? [])
        .filter(({ optional }) => optional);
    case 'model-in':
      return [];
    case 'model-requested':
    case 'requested-known':
      return [askedModel];
    case 'now-in':
      return condition.spans.map(({ zone }) => ({ key: nowIn(zone), type: { kind: 'time' }, optional: false }));
    default:
      return assertNever(condition);
  }
}

/** "The first part that is not missing counts": what stands behind a part that is never missing is not read. */
export function factsReadBy(
  situation: Situation,
  { parts }: Operand,
  questions: readonly TextPattern[] = [],
): readonly FactRead[] {
  const isLast = (part: Part) =>
    part.kind === 'fact' || part.kind === 'state' ? !part.optional : fixedValue(situation, [part]) !== undefined;
  const end = parts.findIndex(isLast);
  const read = end === -1 ? parts : parts.slice(0, end + 1);
  return read.flatMap((part) => {
    const fact = factOf(situation, part);
    return fact ? askedOf(fact, questions, part === parts.at(-1)) : [];
  });
}

/**
 * "Each `matches`, and whatever is asked of `request.prompt`, is a Boolean fact of its own"; the attribute itself is read beside it only
 * to tell whether it is there, where something else counts if it is not.
 */
function askedOf(fact: FactRead, questions: readonly TextPattern[], isLast: boolean): FactRead[] {
  const asked = questions.filter(({ kind }) => kind === 'matches' || fact.key === 'request.prompt');
  if (asked.length === 0) return [fact];
  const answers = asked.map((pattern): FactRead => {
    return { key: questionKey(fact.key, pattern), type: { kind: 'bool' }, optional: false };
  });
  return fact.optional && !isLast ? [fact, ...answers] : answers;
}

/** `request.prompt == "…"`, as the door is asked. */
const isText = (text: unknown): TextPattern => ({ kind: 'like', place: 'all', text: String(text) });

/** The fact behind a part; `route` and `branch` are worked out while deciding. */
function factOf({ environment, model }: Situation, part: Part): FactRead | undefined {
  if (part.kind === 'fact') return part.key === 'route' || part.key === 'branch' ? undefined : part;
  const subject = environment.models[model ?? -1];
  const hasState = subject !== undefined && !isReceiver(subject);
  return part.kind === 'state' && hasState ? { ...part, key: `${subject.name}.${part.attribute}` } : undefined;
}

/** A value that no fact has a part in. */
function fixedValue(situation: Situation, parts: readonly Part[]) {
  const subject = situation.environment.models[situation.model ?? -1];
  const isFixed = subject !== undefined && isReceiver(subject);
  const fixed = parts.filter(
    ({ kind }) => kind === 'constant' || kind === 'catalogue' || (kind === 'state' && isFixed),
  );
  return interpretOperand(situation, { parts: fixed });
}

/** The truth of a condition in every request, where the catalogue alone settles it; undefined where facts decide. */
export function settledTruth(situation: Situation, condition: Condition): boolean | undefined {
  if (condition.kind === 'not') {
    const truth = settledTruth(situation, condition.operand);
    return truth === undefined ? undefined : !truth;
  }
  if (condition.kind === 'and' || condition.kind === 'or') {
    const truths = condition.operands.map((operand) => settledTruth(situation, operand));
    const absorbing = condition.kind === 'or';
    if (truths.includes(absorbing)) return absorbing;
    return truths.includes(undefined) ? undefined : !absorbing;
  }
  return factsAskedBy(situation, condition).length > 0 ? undefined : interpretCondition(situation, condition);
}
