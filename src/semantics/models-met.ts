import { evaluateForModel } from './catalogue-condition.ts';
import { embedderAmong, judgesAmong, type Model } from './environment.ts';
import { readsOnlyCatalogue } from './reads-only-catalogue.ts';
import type { CheckedDestination, CheckedPlan, CheckedPolicy, Condition, Obligation } from './typed.ts';

/** The models, by their place in the catalogue, of all plans, mirrors, judges and semantic caches of a policy. */
export function plannedModels(policy: CheckedPolicy): ReadonlySet<number> {
  const everyModel = policy.environment.models.map((_, index) => index);
  const picked = plansIn(policy).flatMap((plan) => (plan.kind === 'use' ? plan.picks : []));
  const mirrored = policy.mirrors.map(({ model }) => model);
  const judges = judgesAmong(
    policy.environment,
    policy.guards.map(({ guard }) => guard),
  );
  return new Set([
    ...picked.flatMap(({ models }) => (models === 'requested' ? everyModel : models)),
    ...mirrored,
    ...judges,
    ...embedderAmong(
      policy.environment,
      policy.caches.map(({ mode }) => mode),
    ),
  ]);
}

function plansIn({ choices, otherwise, budgets, limits }: CheckedPolicy): readonly CheckedPlan[] {
  const destinations: readonly CheckedDestination[] = choices.flatMap((choice) =>
    choice.kind === 'route' ? [choice.destination] : choice.branches.map(({ destination }) => destination),
  );
  const thresholds = budgets.flatMap(({ thresholds }) => thresholds.map(({ effect }) => effect));
  return [
    ...[...destinations, otherwise].map(({ plan }) => plan),
    ...thresholds.filter((effect) => effect.kind !== 'notify'),
    ...limits.map((limit) => limit.otherwise),
  ];
}

/** Whether a rule can hold for a model: what of its condition the catalogue decides is true of the model. */
export function canMeet({ when }: Obligation, index: number, model: Model): boolean {
  return (
    when === null || conjuncts(when).every((part) => !readsOnlyCatalogue(part) || evaluateForModel(part, index, model))
  );
}

function conjuncts(condition: Condition): readonly Condition[] {
  return condition.kind === 'and' ? condition.operands.flatMap(conjuncts) : [condition];
}
