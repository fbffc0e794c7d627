import type { Charge } from '../decide/charges.ts';
import type { Decision, PlannedAttempt } from '../decide/decision.ts';
import type { Facts } from '../decide/facts.ts';
import type { ApiRequest } from '../protocol/api-request.ts';
import { outputAsked } from '../protocol/parameters.ts';
import { surfaces } from '../protocol/surfaces.ts';
import type { Usage } from '../protocol/usage.ts';
import type { Environment } from '../semantics/environment.ts';
import { readMoney } from '../syntax/quantities.ts';
import type { Due } from './meter.ts';
import { plannedRequest } from './planned-request.ts';
import type { Pricing } from './pricing.ts';

/** What an attempt is reckoned to use before it is made. */
export interface Estimate {
  readonly inputTokens: number;
  readonly outputTokens: number;
  /** Nano-units; 0 where the price is not known. */
  readonly cost: number;
}

export interface Estimator {
  /** Of the request as the attempt sends it: with what the policy sets and caps. */
  estimate(decision: Decision, planned: PlannedAttempt, facts: Facts, request: ApiRequest): Estimate;
}

/** More tokens than any answer has, and a number that counters hold however often it is asked for. */
const mostTokens = 2 ** 31 - 1;

/** `outputTokens`: for an output that nothing bounds. */
export function createEstimator(
  { models }: Pick<Environment, 'models'>,
  pricing: Pricing,
  outputTokens: number,
): Estimator {
  const longest = new Map(models.map(({ name, attributes }) => [name, attributes.get('max_output')]));
  return {
    estimate(decision, planned, facts, request) {
      const input = numberOf(facts.get('request.input_tokens')) ?? 0;
      const { body, surface } = plannedRequest(request, decision, planned, undefined);
      const { each = outputTokens, choices } = outputAsked(body, surfaces[surface].parameters);
      const most = numberOf(longest.get(planned.model)) ?? mostTokens;
      const output = Math.min(Math.min(each, most) * choices, mostTokens);
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
