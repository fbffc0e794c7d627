import type { Charge } from '../decide/charges.ts';
import type { Decision, PlannedAttempt } from '../decide/decision.ts';
import type { Facts } from '../decide/facts.ts';
import type { Usage } from '../protocol/usage.ts';
import type { Environment } from '../semantics/environment.ts';
import { readMoney } from '../syntax/quantities.ts';
import type { Due } from './meter.ts';
import { outputCap } from './planned-request.ts';
import type { Pricing } from './pricing.ts';

/** What an attempt is reckoned to use before it is made. */
export interface Estimate {
  readonly inputTokens: number;
  readonly outputTokens: number;
  /** Nano-units; 0 where the price is not known. */
  readonly cost: number;
}

export interface Estimator {
  estimate(decision: Decision, planned: PlannedAttempt, facts: Facts): Estimate;
}

/** `outputTokens`: for an output that nothing bounds. */
export function createEstimator(
  { models }: Pick<Environment, 'models'>,
  pricing: Pricing,
  outputTokens: number,
): Estimator {
  const longest = new Map(models.map(({ name, attributes }) => [name, attributes.get('max_output')]));
  return {
    estimate(decision, planned, facts) {
      const input = numberOf(facts.get('request.input_tokens')) ?? 0;
      const stated = [numberOf(facts.get('request.max_output_tokens')), outputCap(decision, planned)];
      const bounds = stated.filter((bound) => bound !== undefined);
      const most = numberOf(longest.get(planned.model));
      const output = Math.min(...(bounds.length > 0 ? bounds : [outputTokens]), most ?? Number.POSITIVE_INFINITY);
      return {
        inputTokens: input,
        outputTokens: output,
        cost: pricing.worstOf(planned.model, input, output) ?? 0,
      };
    },
  };
}

const numberOf = (value: unknown): number | undefined => (typeof value === 'number' ? value : undefined);

/** What is reserved for an attempt. */
export function dueOf(charges: readonly Charge[], estimate: Estimate): readonly Due[] {
  return charges.map((charge) => ({ charge, amount: amountOf(charge, estimate) }));
}

/** What an attempt used: what its upstream counted, or what was reckoned where it did not count. */
export function usedBy(
  charges: readonly Charge[],
  usage: Usage | undefined,
  cost: number | undefined,
  estimate: Estimate,
) {
  return dueOf(charges, usage ? { ...usage, cost: cost ?? 0 } : estimate);
}

function amountOf({ unit }: Charge, { inputTokens, outputTokens, cost }: Estimate): number {
  switch (unit) {
    case 'money':
      return cost;
    case 'tok':
      return inputTokens + outputTokens;
    case 'input tok':
      return inputTokens;
    case 'output tok':
      return outputTokens;
    default:
      return 1;
  }
}

/** What one attempt may cost at most, by the caps of the decision; undefined where it has none. */
export function costCap({ obligations }: Decision, { caps }: PlannedAttempt): number | undefined {
  const bounds = [obligations.caps.cost, caps.cost].flatMap((written) => readMoney(written ?? '')?.nanos ?? []);
  return bounds.length === 0 ? undefined : Math.min(...bounds);
}
