import type { Near } from '../cache/vector-index.ts';
import type { PlannedAttempt } from '../decide/decision.ts';
import type { EarlierAnswer } from '../ledger/ledger-entry.ts';
import { writePercent } from '../syntax/quantities.ts';
import type { Likeness } from './likeness.ts';
import type { CacheDone } from './recorder.ts';
import type { RequestCache } from './request-cache.ts';

/** Looks a semantic cache up beside its request, which does not wait: what is not found when its answer has ended is not told. */
export class WatchedCache {
  readonly #likeness: Pick<Likeness, 'remember'>;
  readonly #over: Promise<void>;
  #near: Near | undefined;

  constructor(likeness: Pick<Likeness, 'find' | 'remember'>, bug: (error: unknown) => void) {
    this.#likeness = likeness;
    this.#over = likeness.find().then((near) => {
      this.#near = near;
    }, bug);
  }

  /** What it would have answered with, as far as is known now. */
  get found(): EarlierAnswer | undefined {
    if (this.#near === undefined) return undefined;
    const { entry, similarity } = this.#near;
    return { of: entry.of, model: entry.model, similarity: writePercent(similarity) };
  }

  /** The request has been answered by this model of its plan. */
  answered(planned: PlannedAttempt, id: string): void {
    void this.#over.then(() => this.#likeness.remember(planned, id));
  }
}

/** What is told of a request that no cache has answered. What is only watched is told as it stands when it is read. */
export function cacheMissed(
  cache: Pick<RequestCache, 'isUsed'> | undefined,
  watched: Pick<WatchedCache, 'found'> | undefined,
): CacheDone | undefined {
  const status = cache?.isUsed ? ('miss' as const) : ('off' as const);
  if (watched === undefined) return status === 'off' ? undefined : { status };
  return {
    status,
    get wouldCache() {
      return watched.found;
    },
  };
}
