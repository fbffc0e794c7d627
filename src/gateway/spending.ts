import { type SaneUsage, saneUsage } from '../catalog/sane-usage.ts';
import { type Aside, planAside } from '../decide/aside.ts';
import { type Charge, type Charges, chargesOf } from '../decide/charges.ts';
import type { Decision, PlannedAttempt } from '../decide/decision.ts';
import type { FactKey, Facts } from '../decide/facts.ts';
import type { ApiRequest } from '../protocol/api-request.ts';
import type { Usage } from '../protocol/usage.ts';
import type { Value } from '../semantics/types.ts';
import { costCap, dueOf, type Estimate, type Estimator } from './attempt-due.ts';
import { type Due, type Meter, nothingReserved, type Refused, type Reservation, type Reserved } from './meter.ts';
import type { Pricing } from './pricing.ts';
import { ReservedAhead } from './reserved-ahead.ts';
import { estimatedUsage, type Written } from './sent-text.ts';
import type { ServedPolicy } from './served-policy.ts';

export interface SpendingTools {
  readonly meter: Meter;
  readonly estimator: Estimator;
  readonly pricing: Pricing;
  /** Hears of each limit that leaves out an attempt. */
  readonly limitRefused: (limit: string) => void;
}

/** What came of reserving for an attempt. */
export type AttemptSpending =
  | { readonly kind: 'reserved'; readonly attempt: ReservedAttempt }
  /** A counter of the model, or `cap cost`, has nothing left for it: it is not made, and the plan goes on. */
  | { readonly kind: 'skipped' }
  /** Counters of the request ran out: another decision takes the place of the one before. */
  | { readonly kind: 'decided-again'; readonly decision: Decision };

export interface ReservedAttempt {
  /** Says what its upstream told of its use, and what it wrote; returns what is believed. The store hears of it in its own time. */
  settle(told: Usage | undefined, written: Written): Settled;
  release(): void;
}

/** What an attempt counts for, everywhere: in its counters, the ledger, the sums, the log and the metrics. */
export interface Settled extends SaneUsage {
  /** Nano-units; undefined where the price is not known. */
  readonly cost: number | undefined;
}

/** What is spent on. */
export interface Spent {
  readonly id: string;
  readonly request: ApiRequest;
  readonly facts: Facts;
  readonly decision: Decision;
}

/** How long a call may take of which nobody says how long: longer than any provider waits by default. */
export const longestCallMs = 15 * 60_000;

/**
 * What one request spends, from its first decision to the end of its answer. When reservations fail, what failed becomes facts and it is
 * decided again; these facts never fall back, so this ends after at most one decision per threshold and limit.
 */
export class Spending {
  readonly #tools: SpendingTools;
  readonly #policy: ServedPolicy;
  /** The gateway's own: a caller chooses the id that it sends, and may send it twice. */
  readonly #id: string;
  readonly #request: ApiRequest;
  #facts: Facts;
  #decision: Decision;
  #charges: Charges;
  #reservations = 0;
  #admitted: { readonly charges: readonly Charge[]; readonly reservation: Reservation } | undefined;
  readonly #ahead = new ReservedAhead();
  #refused: readonly Refused[] = [];
  #isDearest = false;

  constructor(tools: SpendingTools, policy: ServedPolicy, { id, request, facts, decision }: Spent) {
    this.#id = id;
    this.#request = request;
    this.#tools = tools;
    this.#policy = policy;
    this.#facts = facts;
    this.#decision = decision;
    this.#charges = chargesOf(policy.program, decision, facts);
  }

  get decision(): Decision {
    return this.#decision;
  }

  /** The facts of the last decision. */
  get facts(): Facts {
    return this.#facts;
  }

  /** What failed last, where something did. */
  get refused(): readonly Refused[] {
    return this.#refused;
  }

  /** An attempt was left out because it might have cost more than `cap cost` allows. */
  get exceedsCostCap(): boolean {
    return this.#isDearest;
  }

  /** Reserves what is counted once per request, deciding again as often as something has run out. */
  admit(): Decision | Promise<Decision> {
    return this.#charges.request.length === 0 ? this.#decision : this.#admitCharged();
  }

  async #admitCharged(): Promise<Decision> {
    while (this.#decision.outcome === 'plan') {
      const charges = this.#charges.request;
      if (charges.length === 0) break;
      const due = charges.map((charge) => ({ charge, amount: 1 }));
      const asked = this.#reserve(due, longestCallMs, 0);
      if (this.#isStraight) this.#reserveAhead();
      const answer = await asked;
      if (answer.granted) {
        this.#admitted = { charges, reservation: answer.reservation };
        break;
      }
      this.#ahead.giveBack();
      this.#decideAgain(answer.refused);
    }
    return this.#decision;
  }

  /** Nothing stands between what is reserved for the request and its first attempt: no cache that may answer, no guard that may block. */
  get #isStraight(): boolean {
    const { caches, guards } = this.#policy.program;
    return caches.length === 0 && guards.length === 0;
  }

  /** For the first attempt, together with what the request reserves: the store is asked once for both, in this order. */
  #reserveAhead(): void {
    const decision = this.#decision;
    const [planned] = decision.attempts;
    const charges = this.#charges.attempts[0] ?? [];
    if (planned === undefined || charges.length === 0) return;
    const estimate = this.#estimate(planned);
    if (exceeds(estimate, costCap(decision, planned))) return;
    this.#ahead.hold(decision, this.#reserveAttempt(planned, charges, estimate));
  }

  attempt(index: number): AttemptSpending | Promise<AttemptSpending> {
    const planned = this.#decision.attempts[index];
    if (planned === undefined) throw new Error(`there is no attempt ${index} to reserve for`);
    const charges = this.#charges.attempts[index] ?? [];
    const estimate = this.#estimate(planned);
    if (exceeds(estimate, costCap(this.#decision, planned))) {
      this.#isDearest = true;
      return { kind: 'skipped' };
    }
    const ahead = this.#ahead.take(this.#decision, index);
    if (charges.length === 0) return this.#granted(planned, charges, nothingReserved, estimate);
    return this.#attemptCharged(planned, charges, estimate, ahead ?? this.#reserveAttempt(planned, charges, estimate));
  }

  #granted(
    { model }: PlannedAttempt,
    charges: readonly Charge[],
    reservation: Reservation,
    estimate: Estimate,
  ): AttemptSpending {
    return { kind: 'reserved', attempt: this.#reserved(model, charges, reservation, estimate) };
  }

  async #attemptCharged(
    planned: PlannedAttempt,
    charges: readonly Charge[],
    estimate: Estimate,
    asked: Promise<Reserved>,
  ): Promise<AttemptSpending> {
    const answer = await asked;
    if (answer.granted) return this.#granted(planned, charges, answer.reservation, estimate);
    this.#refused = answer.refused;
    // Where counters of the request failed too, the decision that follows from them counts.
    const ofRequest = answer.refused.filter(({ charge }) => charge.model === null);
    if (ofRequest.length === 0) {
      for (const { charge, isUnknown } of answer.refused) {
        if (charge.unit !== 'money' && !isUnknown) this.#tools.limitRefused(charge.name);
      }
      return { kind: 'skipped' };
    }
    this.#decideAgain(ofRequest);
    return { kind: 'decided-again', decision: this.#decision };
  }

  #estimate(planned: PlannedAttempt): Estimate {
    return this.#tools.estimator.estimate(this.#decision, planned, this.#facts, this.#request);
  }

  #reserveAttempt(planned: PlannedAttempt, charges: readonly Charge[], estimate: Estimate): Promise<Reserved> {
    return this.#reserve(dueOf(charges, estimate), planned.timeoutMs ?? longestCallMs, estimate.cost);
  }

  /** How a call of a model beside the plan is guarded, bounded and charged. Undefined for a model that there is not. */
  planAside(model: string): Aside | undefined {
    return planAside(this.#policy.program, this.#decision, this.#facts, model);
  }

  /**
   * Reserves for a call beside the plan; undefined where something has nothing left for it, or it might cost more than `cap cost` allows: then
   * it is not made, and the request goes on as it was. `inputTokens` where what is sent is not the request.
   */
  async aside(
    decision: Decision,
    { planned, charges }: Aside,
    request: ApiRequest,
    inputTokens: number | undefined,
  ): Promise<ReservedAttempt | undefined> {
    const facts =
      inputTokens === undefined ? this.#facts : new Map(this.#facts).set('request.input_tokens', inputTokens);
    const estimate = this.#tools.estimator.estimate(decision, planned, facts, request);
    if (exceeds(estimate, costCap(decision, planned))) return undefined;
    const answer = await this.#reserve(dueOf(charges, estimate), planned.timeoutMs ?? longestCallMs, estimate.cost);
    return answer.granted ? this.#reserved(planned.model, charges, answer.reservation, estimate) : undefined;
  }

  /** The answer has ended: requests count, and nothing runs any more. */
  end(): void {
    this.#ahead.giveBack();
    const admitted = this.#admitted;
    this.#admitted = undefined;
    const counted = admitted?.charges.filter(({ unit }) => unit !== 'concurrent') ?? [];
    admitted?.reservation.settle(
      counted.map((charge) => ({ charge, amount: 1 })),
      0,
    );
  }

  /** Each try has a number of its own: a refused one gets its first answer again. */
  #reserve(due: readonly Due[], forMs: number, cost: number) {
    const name = { requestId: this.#id, attempt: this.#reservations++ };
    return this.#tools.meter.reserve(name, due, this.#facts, forMs, cost);
  }

  #reserved(model: string, charges: readonly Charge[], reservation: Reservation, estimate: Estimate): ReservedAttempt {
    return {
      settle: (told, written) => {
        const { usage, doubt } = saneUsage(told, {
          mostInput: estimate.mostInput,
          mostOutput: estimate.mostOutput,
          estimate: () => estimatedUsage(written, estimate.inputTokens),
        });
        const cost = this.#tools.pricing.costOf(model, usage);
        const used = { ...usage, cost: cost ?? 0 };
        reservation.settle(dueOf(charges, used), used.cost);
        return { usage, doubt, cost };
      },
      release: () => reservation.release(),
    };
  }

  #decideAgain(refused: readonly Refused[]): void {
    const facts = new Map<FactKey, Value>(this.#facts);
    for (const [key, value] of refused.flatMap((failed) => failed.facts)) facts.set(key, value);
    this.#refused = refused;
    this.#facts = facts;
    this.#decision = this.#policy.decide(facts);
    this.#charges = chargesOf(this.#policy.program, this.#decision, facts);
  }
}

function exceeds(estimate: Estimate, cap: number | undefined): boolean {
  return cap !== undefined && estimate.cost > cap;
}
