import type { CheckedBudget, CheckedLimit, CheckedPlan, CheckedPolicy, CheckedThreshold } from '../semantics/typed.ts';
import { writePercent } from '../syntax/quantities.ts';
import type { Obligations, Reject, Replacement } from './decision.ts';
import { interpretCondition, interpretFact, type Situation } from './interpret.ts';
import { expandPlan, type Planned } from './interpret-plan.ts';

/** A threshold that is reached, or a limit that is exhausted, with what it puts in the route's place. */
export interface InForce {
  readonly rule: CheckedBudget | CheckedLimit;
  readonly name: Replacement;
  readonly effect: CheckedPlan;
  readonly code: 'budget-used-up' | 'limit-exhausted';
}

/** The counters of the request, live or in the shadow, whose condition holds. */
function countersOf<Rule extends CheckedBudget | CheckedLimit>(situation: Situation, rules: readonly Rule[]): Rule[] {
  return rules.filter(({ perAttempt, when }) => !perAttempt && (when === null || interpretCondition(situation, when)));
}

/** What is in force, live or in the shadow, in file order. */
export function interpretInForce(situation: Situation, { counters }: CheckedPolicy): InForce[] {
  return countersOf(situation, counters).flatMap(
    (rule) => ('thresholds' in rule ? budgetInForce(situation, rule) : limitInForce(situation, rule)) ?? [],
  );
}

/** "Of a budget the highest reached threshold with a plan or reject is in force." */
function budgetInForce(situation: Situation, rule: CheckedBudget): InForce | undefined {
  const highest = reached(situation, rule).findLast(({ effect }) => effect.kind !== 'notify');
  if (!highest || highest.effect.kind === 'notify') return undefined;
  const name = { budget: rule.id, at: writePercent(highest.at) };
  return { rule, name, effect: highest.effect, code: 'budget-used-up' };
}

/** "An exhausted limit has its `else` plan in force, or `reject 429`." */
function limitInForce(situation: Situation, rule: CheckedLimit): InForce | undefined {
  const key = `limit.${rule.id}.exhausted`;
  const exhausted = interpretFact(situation, { key, type: { kind: 'bool' }, optional: false });
  if (exhausted !== true) return undefined;
  return { rule, name: { limit: rule.id }, effect: rule.otherwise, code: 'limit-exhausted' };
}

export function usedOf(situation: Situation, { id }: CheckedBudget): number {
  return Number(interpretFact(situation, { key: `budget.${id}.used`, type: { kind: 'percent' }, optional: false }));
}

/** From the lowest to the highest, as they are written. */
function reached(situation: Situation, budget: CheckedBudget): CheckedThreshold[] {
  return budget.thresholds.filter(({ at }) => usedOf(situation, budget) >= at);
}

/** "Each reached `notify` is sent once per window." */
export function interpretNotify(situation: Situation, policy: CheckedPolicy): Obligations['notify'] {
  return countersOf(situation, policy.budgets)
    .filter(({ shadow }) => !shadow)
    .flatMap((budget) =>
      reached(situation, budget).flatMap(({ at, effect }) =>
        effect.kind === 'notify' ? [{ channel: effect.channel, budget: budget.id, at: writePercent(at) }] : [],
      ),
    );
}

/** "A reject in force beats every plan in force"; as of constraints, the first in file order supplies the status. */
export function rejectInForce(inForce: readonly InForce[]): Reject | null {
  const rejects = inForce.filter(({ effect }) => effect.kind === 'reject');
  const [first] = rejects;
  if (first?.effect.kind !== 'reject') return null;
  const { status, message } = first.effect;
  return { status, code: first.code, message, rules: rejects.map(({ rule }) => rule.id) };
}

/** "Of several, only the models that all of them name stay, in the order of the first in file order." */
export function plansInForce(situation: Situation, inForce: readonly InForce[]): Planned[] {
  const [first = [], ...others] = inForce.map(({ effect }) =>
    effect.kind === 'use' ? expandPlan(situation, effect.picks) : [],
  );
  return first.filter(({ model }) => others.every((list) => list.some((other) => other.model === model)));
}
