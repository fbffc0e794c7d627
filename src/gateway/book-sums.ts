import { StoreUnavailable } from '../stores/store.ts';
import type { AddSums, SumStore } from '../stores/sum-store.ts';

export interface SumBooking {
  /** Adds sums in its own time: again and again while the store is away, and once. */
  add(sums: AddSums): void;
  /** Resolves when the store has heard of everything, or does not answer. */
  drain(): Promise<void>;
  /** Tries no more. */
  stop(): void;
}

const againMs = 1000;
/** So many wait while the store is away; of what comes after them the sums are lost, and `lost` hears of it. */
const mostWaiting = 10_000;

export function bookSums(store: SumStore, lost: (why: string) => void): SumBooking {
  const pending = new Set<Promise<void>>();
  let waiting: AddSums[] = [];
  let timer: NodeJS.Timeout | undefined;
  const later = (sums: AddSums, why: string): void => {
    if (waiting.length < mostWaiting) waiting.push(sums);
    else lost(why);
    timer ??= setTimeout(again, againMs).unref();
  };
  const send = (sums: AddSums): void => {
    const sent = store
      .add(sums)
      .catch((error: unknown) => {
        if (!(error instanceof StoreUnavailable)) throw error;
        later(sums, error.message);
      })
      .finally(() => pending.delete(sent));
    pending.add(sent);
  };
  const again = (): void => {
    timer = undefined;
    const taken = waiting;
    waiting = [];
    for (const sums of taken) send(sums);
  };
  return {
    add: send,
    async drain() {
      clearTimeout(timer);
      again();
      await Promise.allSettled(pending);
    },
    stop: () => clearTimeout(timer),
  };
}
