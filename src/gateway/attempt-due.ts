import { largestWindow } from '../catalog/sane-usage.ts';
import type { Charge } from '../decide/charges.ts';
import type { Decision, PlannedAttempt } from '../decide/decision.ts';
import type { Facts } from '../decide/facts.ts';
import type { ApiRequest } from '../protocol/api-request.ts';
import { outputAsked } from '../protocol/parameters.ts';
import { surfaces } from '../protocol/surfaces.ts';
import type { Environment } from '../semantics/environment.ts';
import { readMoney } from '../syntax/quantities.ts';
import type { Due } from './meter.ts';
import { plannedRequest } from './planned-request.ts';
import type { Pricing } from './pricing.ts';

/** What an attempt uses: tokens, and nano-units, 0 where the price is not known. */
export interface Use {
  readonly inputTokens: number;
  readonly outputTokens: number;
  readonly cost: number;
}

/** What an attempt is reckoned to use before it is made. */
export interface Estimate extends Use {
  /** What its upstream is not believed to have read or written, whatever it tells. */
  readonly mostInput: number;
  readonly mostOutput: number;
}

export interface Estimator {
  /** Of the request as the attempt sends it: with what the policy sets and caps. */
  estimate(decision: Decision, planned: PlannedAttempt, facts: Facts, request: ApiRequest): Estimate;
}

/** More tokens than any answer has, and a number that counters hold however often it is asked for. */
const mostTokens = 2 ** 31 - 1;

/**
 * Upstreams may run tools, and read what these bring again and again: a call may use several windows, and what is far beyond them is no
 * count.
 */
const mostWindows = 10;

/** `outputTokens`: for an output that nothing bounds. */
export function createEstimator(
  { models }: Pick<Environment, 'models'>,
  pricing: Pricing,
  outputTokens: number,
): Estimator {
  const longest = new Map(models.map(({ name, attributes }) => [name, attributes.get('max_output')]));
  const windows = new Map(models.map(({ name, attributes }) => [name, numberOf(attributes.get('context_window'))]));
  return {
    estimate(decision, planned, facts, request) {
      const input = numberOf(facts.get('request.input_tokens')) ?? 0;
      const { body, surface } = plannedRequest(request, decision, planned, {});
      const { each = outputTokens, choices } = outputAsked(body, surfaces[surface].parameters);
      const most = numberOf(longest.get(planned.model)) ?? mostTokens;
      const output = Math.min(Math.min(each, most) * choices, mostTokens);
      const beyond = mostWindows * (windows.get(planned.model) ?? largestWindow);
      return new CallEstimate(pricing, planned.model, input, output, beyond);
    },
  };
}

class CallEstimate implements Estimate {
  readonly inputTokens: number;
  readonly outputTokens: number;
  readonly mostInput: number;
  readonly mostOutput: number;
  readonly #pricing: Pricing;
  readonly #model: string;

  /** `beyond`: no call uses more, unless it is reckoned to. */
  constructor(pricing: Pricing, model: string, inputTokens: number, outputTokens: number, beyond: number) {
    this.#pricing = pricing;
    this.#model = model;
    this.inputTokens = inputTokens;
    this.outputTokens = outputTokens;
    this.mostInput = Math.max(beyond, 2 * inputTokens);
    this.mostOutput = Math.max(beyond, 2 * outputTokens);
  }

  /** Reckoned where somebody asks: many requests have no counter of money. */
  get cost(): number {
    return this.#pricing.worstOf(this.#model, this.inputTokens, this.outputTokens) ?? 0;
  }
}

const numberOf = (value: unknown): number | undefined => (typeof value === 'number' ? value : undefined);

/** What a use takes of each counter: what is reserved for an attempt, or what it did use. */
export function dueOf(charges: readonly Charge[], use: Use): readonly Due[] {
  return charges.map((charge) => ({ charge, amount: amountOf(charge, use) }));
}

function amountOf({ unit }: Charge, { inputTokens, outputTokens, cost }: Use): number {
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
  const bounds = [obligations.caps.cost, caps.cost].filter((written) => written !== undefined);
  if (bounds.length === 0) return undefined;
  const nanos = bounds.flatMap((written) => readMoney(written)?.nanos ?? []);
  return nanos.length === 0 ? undefined : Math.min(...nanos);
}
