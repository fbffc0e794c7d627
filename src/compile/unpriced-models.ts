import { isPriced, type Model } from '../semantics/environment.ts';
import type { PolicyProgram, ProgramPlan } from './program.ts';

/** The models of its plans and mirrors of which no price is known, where a program counts money. */
export function unpricedModels(program: PolicyProgram, models: readonly Model[]): readonly Model[] {
  const { budgets, caps, mirrors } = program;
  const costCaps = caps.filter(({ cases }) => cases.some(({ payload }) => payload.subject === 'cost'));
  if (budgets.length + costCaps.length === 0) return [];
  const picks = plansIn(program).flatMap((plan) => (plan.kind === 'use' ? plan.picks : []));
  const mirrored = mirrors.flatMap(({ cases }) => cases.map(({ payload }) => payload.model));
  const reached = new Set([
    ...picks.flatMap((pick) => (pick.models === 'requested' ? models.map((_, index) => index) : pick.models)),
    ...mirrored,
  ]);
  return models.filter((model, index) => reached.has(index) && !isPriced(model));
}

function plansIn({ choices, otherwise, budgets, limits }: PolicyProgram): readonly ProgramPlan[] {
  const destinations = choices.flatMap(({ to }) =>
    to.kind === 'split' ? to.branches.map(({ destination }) => destination) : [to],
  );
  const effects = budgets.flatMap(({ cases }) =>
    cases.flatMap(({ payload }) => payload.thresholds.map(({ effect }) => effect)),
  );
  return [
    ...[...destinations, otherwise].map(({ plan }) => plan),
    ...effects.filter((effect) => effect.kind !== 'notify'),
    ...limits.flatMap(({ cases }) => cases.map(({ payload }) => payload.otherwise)),
  ];
}
