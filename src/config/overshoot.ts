import { worstCost } from '../catalog/cost.ts';
import { canMeet, plannedModels } from '../semantics/models-met.ts';
import type { CheckedPolicy } from '../semantics/typed.ts';
import type { GatewayConfig } from './config.ts';

/** By how much one answer can pass a budget, where neither its caller nor the policy bounds its output. */
export interface Overshoot {
  readonly budget: string;
  /** The model of which an answer can cost the most more than was reserved for it. */
  readonly model: string;
  /** Of its output: reserved, and the most that it writes; null where that is not known. */
  readonly reservedTokens: number;
  readonly mostTokens: number | null;
  /** Nano-units; null without bound. */
  readonly cost: number | null;
}

/** For each budget, unless every answer is bounded by a `cap output`. */
export function overshootsOf(
  policy: CheckedPolicy,
  { models, estimates }: Pick<GatewayConfig, 'models' | 'estimates'>,
): readonly Overshoot[] {
  const isBounded = policy.caps.some(({ subject, when, shadow }) => subject === 'output' && when === null && !shadow);
  if (isBounded) return [];
  const planned = [...plannedModels(policy)];
  return policy.budgets.flatMap((budget) => {
    const overshoots = planned.flatMap((index): Overshoot[] => {
      const model = policy.environment.models[index];
      const price = model && models.get(model.name)?.price;
      if (!price || !canMeet(budget, index, model)) return [];
      const stated = model.attributes.get('max_output');
      const mostTokens = typeof stated === 'number' ? stated : null;
      const reservedTokens = Math.min(estimates.outputTokens, mostTokens ?? estimates.outputTokens);
      const costs = price.output.base > 0 || price.output.tiers.some((tier) => tier.price > 0);
      if (!costs || mostTokens === reservedTokens) return [];
      const cost =
        mostTokens === null ? null : worstCost(0, mostTokens - reservedTokens, { ...price, perRequest: 0 }, []);
      return [{ budget: budget.id, model: model.name, reservedTokens, mostTokens, cost }];
    });
    return overshoots.toSorted((a, b) => (b.cost ?? Infinity) - (a.cost ?? Infinity)).slice(0, 1);
  });
}
