import { type Environment, embedderAmong, isPriced, judgesAmong, type Model } from '../semantics/environment.ts';
import type { PolicyProgram, ProgramPlan } from './program.ts';

/** The models of its plans, mirrors, judges and semantic caches of which no price is known, where a program counts money. */
export function unpricedModels(
  program: PolicyProgram,
  environment: Pick<Environment, 'models' | 'guards' | 'embedder'>,
): readonly Model[] {
  const { models } = environment;
  const { budgets, caps, mirrors, guards, caches } = program;
  const costCaps = caps.filter(({ cases }) => cases.some(({ payload }) => payload.subject === 'cost'));
  if (budgets.length + costCaps.length === 0) return [];
  const picks = plansIn(program).flatMap((plan) => (plan.kind === 'use' ? plan.picks : []));
  const mirrored = mirrors.flatMap(({ cases }) => cases.map(({ payload }) => payload.model));
  const reached = new Set([
    ...picks.flatMap((pick) => (pick.models === 'requested' ? models.map((_, index) => index) : pick.models)),
    ...mirrored,
    ...judgesAmong(
      environment,
      guards.flatMap(({ cases }) => cases.map(({ payload }) => payload.guard)),
    ),
    ...embedderAmong(
      environment,
      caches.flatMap(({ cases }) => cases.map(({ payload }) => payload.mode)),
    ),
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
