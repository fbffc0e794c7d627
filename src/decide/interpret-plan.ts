import type { CheckedPick, CheckedPolicy, Counter } from '../semantics/typed.ts';
import {
  interpretCondition,
  interpretFact,
  interpretOperand,
  interpretRequested,
  type Situation,
} from './interpret.ts';
import { inputTokens } from './interpret-constraints.ts';
import { murmur3 } from './murmur3.ts';

/** A model of a plan, by its index, with what its pick says of it. */
export type Planned = Pick<CheckedPick, 'after' | 'timeoutMs' | 'firstTokenMs'> & { readonly model: number };

/** "Expand the list → drop duplicates": each model at its first place. */
export function expandPlan(situation: Situation, picks: readonly CheckedPick[]): Planned[] {
  const listed = picks.flatMap((pick, index) => {
    const bounds = { after: pick.after, ...boundsOf(picks.slice(index)) };
    return interpretOrder(situation, pick).map((model) => ({ model, ...bounds }));
  });
  return listed.filter(({ model }, index) => index === listed.findIndex((other) => other.model === model));
}

/** "A timeout holds for its pick and for the picks before it that have none." */
function boundsOf(picks: readonly CheckedPick[]): Pick<Planned, 'timeoutMs' | 'firstTokenMs'> {
  return {
    timeoutMs: picks.find(({ timeoutMs }) => timeoutMs !== null)?.timeoutMs ?? null,
    firstTokenMs: picks.find(({ firstTokenMs }) => firstTokenMs !== null)?.firstTokenMs ?? null,
  };
}

/** "A set keeps its written order"; the other orders are by a number, the smallest first, "ties by catalogue order". */
function interpretOrder(situation: Situation, { models, order }: CheckedPick): readonly number[] {
  const members = models === 'requested' ? interpretRequested(situation) : models;
  if (order === 'written') return members;
  const rank = (model: number): bigint => {
    if (order === 'cheapest') return costOf(situation, model);
    if (order === 'fastest') return latencyOf(situation, model);
    const key = String(interpretOperand(situation, order.key));
    return BigInt(murmur3(`${order.salt}\0${key}\0${nameOf(situation, model)}`));
  };
  return members.toSorted((one, other) => {
    const [first, second] = [rank(one), rank(other)];
    return first === second ? one - other : first < second ? -1 : 1;
  });
}

/** "Input price × `request.input_tokens` + output price × 1k tok", per million tokens. */
function costOf(situation: Situation, model: number): bigint {
  const stated = situation.environment.models[model]?.attributes;
  const price = (name: string) => BigInt(Number(stated?.get(name) ?? 0));
  return price('price_in') * BigInt(inputTokens(situation)) + price('price_out') * 1000n;
}

/** "Unknown until measured; `fastest of` puts such models last." */
function latencyOf(situation: Situation, model: number): bigint {
  const key = `${nameOf(situation, model)}.latency`;
  const latency = interpretFact(situation, { key, type: { kind: 'duration' }, optional: true });
  return BigInt(Number(latency ?? Number.MAX_SAFE_INTEGER)) + (latency === undefined ? 1n : 0n);
}

export const nameOf = (situation: Situation, model: number): string => situation.environment.models[model]?.name ?? '';

/**
 * "Drop every denied model → move models whose `up` fact is false, or whose own counter is exhausted, to the end in their order, each
 * with the picks `after` it → cut after `max` models that have no `after`." What was to come after a model that is not there comes
 * after nothing.
 */
export function interpretPlan(
  situation: Situation,
  policy: CheckedPolicy,
  listed: readonly Planned[],
  denied: ReadonlySet<string>,
  maxAttempts: number | null,
): Planned[] {
  const allowed = listed.filter(({ model }) => !denied.has(nameOf(situation, model)));
  const groups = withThoseAfter(allowed.map((first, index) => (index === 0 ? { ...first, after: null } : first)));
  const rests = (group: readonly Planned[]) =>
    group.slice(0, 1).some(({ model }) => isResting(situation, policy, model));
  const ordered = [...groups.filter((group) => !rests(group)), ...groups.filter(rests)].flat();
  let counted = 0;
  return ordered.filter(({ after }) => {
    if (after === null) counted += 1;
    return maxAttempts === null || counted <= maxAttempts;
  });
}

/** Each model with the models of the picks `after` it: an alternative to a model never parts from it. */
function withThoseAfter(planned: readonly Planned[]): Planned[][] {
  const groups: Planned[][] = [];
  for (const attempt of planned) {
    const group = groups.at(-1);
    if (group && attempt.after !== null) group.push(attempt);
    else groups.push([attempt]);
  }
  return groups;
}

function isResting(situation: Situation, policy: CheckedPolicy, model: number): boolean {
  const name = nameOf(situation, model);
  if (interpretFact(situation, { key: `${name}.up`, type: { kind: 'bool' }, optional: false }) === false) return true;
  return [...policy.budgets, ...policy.limits].some(
    (counter) => countsAttempts(situation, counter, model) && readsExhausted(situation, counter, name),
  );
}

/** "A counter with `model` or `model.…` in its `for each` or `when` is charged by attempts on the models it holds for." */
function countsAttempts(situation: Situation, { perAttempt, shadow, when }: Counter, model: number): boolean {
  return perAttempt && !shadow && (when === null || interpretCondition({ ...situation, model }, when));
}

/** `haiku.azure-tpm.exhausted`. */
export function readsExhausted(situation: Situation, { id }: Counter, model: string): boolean {
  return (
    interpretFact(situation, { key: `${model}.${id}.exhausted`, type: { kind: 'bool' }, optional: false }) === true
  );
}
