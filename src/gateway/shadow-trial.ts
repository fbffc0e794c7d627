import type { Decision } from '../decide/decision.ts';
import { bucketOf } from '../decide/murmur3.ts';
import { compareDecisions, type DifferenceKind, differenceKinds } from './compare-decisions.ts';
import type { ServedPolicy } from './served-policy.ts';

/** What a trial in the shadow has found so far, in this process. */
export interface TrialReport {
  /** Requests that both versions decided. */
  readonly compared: number;
  /** Of them, those that would have been decided otherwise. */
  readonly differing: number;
  /** Requests that could not be compared, and why the first could not. */
  readonly failed: number;
  readonly failure: string | null;
  readonly byKind: Readonly<Record<DifferenceKind, number>>;
  /** One request for each way to differ: facts, never what it said. */
  readonly witnesses: readonly TrialWitness[];
}

export interface TrialWitness {
  readonly differs: readonly DifferenceKind[];
  /** How many requests differed like this one. */
  readonly count: number;
  readonly requestId: string;
  readonly facts: Readonly<Record<string, unknown>>;
  readonly live: Outcome;
  readonly shadow: Outcome;
}

interface Outcome {
  readonly outcome: Decision['outcome'];
  readonly route: string | null;
  readonly models: readonly string[];
  readonly reject: string | null;
}

export interface TrialOptions {
  /** In basis points of the requests. */
  readonly share: number;
  /** Hears of each comparison: metrics. */
  readonly heard: (differs: readonly DifferenceKind[]) => void;
}

/** So many ways to differ are told apart; of further ones only the kinds are counted. */
const mostWitnesses = 20;
/** So many requests are compared at once; what comes meanwhile is served as ever, and not compared. */
const mostRunning = 100;

/** A version that decides a share of the requests beside the one in force, and is not obeyed. */
export class ShadowTrial {
  readonly policy: ServedPolicy;
  readonly #options: TrialOptions;
  readonly #byKind = new Map<DifferenceKind, number>();
  readonly #witnesses = new Map<string, TrialWitness>();
  #compared = 0;
  #differing = 0;
  #running = 0;
  #failed = 0;
  #failure: string | undefined;

  constructor(policy: ServedPolicy, options: TrialOptions) {
    this.policy = policy;
    this.#options = options;
  }

  /** Whether a request is of the share: by the hash of its id, so that every process says the same. */
  covers(requestId: string): boolean {
    return bucketOf(this.policy.digest, requestId) < this.#options.share;
  }

  /** Runs a comparison in its own time. What fails is counted, and told to whoever asks: nobody waits for it. */
  run(comparison: () => Promise<void>): void {
    if (this.#running >= mostRunning) return;
    this.#running += 1;
    const ended = () => {
      this.#running -= 1;
    };
    comparison().then(ended, (error: unknown) => {
      ended();
      this.#failed += 1;
      this.#failure ??= error instanceof Error ? error.message : String(error);
    });
  }

  /** @param facts what may be kept of the request */
  compare(requestId: string, live: Decision, shadow: Decision, facts: () => TrialWitness['facts']): void {
    const differs = compareDecisions(live, shadow);
    this.#compared += 1;
    this.#options.heard(differs);
    if (differs.length === 0) return;
    this.#differing += 1;
    for (const kind of differs) this.#byKind.set(kind, (this.#byKind.get(kind) ?? 0) + 1);
    const outcomes = { live: outcomeOf(live), shadow: outcomeOf(shadow) };
    const way = JSON.stringify([differs, outcomes]);
    const before = this.#witnesses.get(way);
    if (before !== undefined) this.#witnesses.set(way, { ...before, count: before.count + 1 });
    else if (this.#witnesses.size < mostWitnesses) {
      this.#witnesses.set(way, { differs, count: 1, requestId, facts: facts(), ...outcomes });
    }
  }

  report(): TrialReport {
    const counts = differenceKinds.map((kind) => [kind, this.#byKind.get(kind) ?? 0] as const);
    return {
      compared: this.#compared,
      differing: this.#differing,
      failed: this.#failed,
      failure: this.#failure ?? null,
      byKind: Object.fromEntries(counts) as TrialReport['byKind'],
      witnesses: [...this.#witnesses.values()],
    };
  }
}

function outcomeOf({ outcome, route, attempts, reject }: Decision): Outcome {
  const refusal = reject && `${reject.status} ${reject.code}`;
  return { outcome, route, models: attempts.map(({ model }) => model), reject: refusal };
}
