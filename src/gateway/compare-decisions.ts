import type { CounterObligation, Decision, Obligations, PlannedAttempt } from '../decide/decision.ts';

/** In what two decisions on one request differ. */
export const differenceKinds = ['outcome', 'route', 'first model', 'attempts', 'obligations'] as const;

export type DifferenceKind = (typeof differenceKinds)[number];

/** Whatever a decision says beyond what is compared (its digest, how much of a budget is used) makes no difference. */
const compared: Readonly<Record<DifferenceKind, (decision: Decision) => unknown>> = {
  outcome: ({ outcome, reject }) => [outcome, reject?.status, reject?.code],
  route: ({ route, splits }) => [route, splits.map(({ name, branch }) => [name, branch])],
  'first model': ({ attempts }) => attempts[0]?.model ?? null,
  attempts: ({ attempts, retry, fallback }) => [attempts.map(attemptOf), retry, fallback],
  obligations: ({ obligations }) => obligationsOf(obligations),
};

/** The kinds in which they differ; none for two that do the same. */
export function compareDecisions(one: Decision, other: Decision): readonly DifferenceKind[] {
  return differenceKinds.filter((kind) => !isSame(compared[kind](one), compared[kind](other)));
}

function isSame(one: unknown, other: unknown): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}

const counterOf = ({ name, each }: CounterObligation) => ({ name, each });

function attemptOf({ budgets, limits, ...attempt }: PlannedAttempt): unknown {
  return { ...attempt, budgets: budgets.map(counterOf), limits: limits.map(counterOf) };
}

function obligationsOf({ budgets, limits, ...obligations }: Obligations): unknown {
  return { ...obligations, budgets: budgets.map(counterOf), limits: limits.map(counterOf) };
}
