import { type CounterState, readingOf, refillOf, refillTime } from './counter-state.ts';
import type { FailedEntry, ReserveEntry } from './counter-store.ts';

/** When to come back where only open reservations stand in the way. */
const openRetryMs = 1000;

/** Why an entry does not hold with the counter as it stands, refilled to `now`; undefined where it holds. */
export function whyRefused(
  entry: number,
  { counter, amount, bound }: ReserveEntry,
  state: CounterState,
  now: number,
): FailedEntry | undefined {
  const { settled, open } = readingOf(state);
  // Compared rearranged: a sum of two could be more than numbers hold exactly.
  if (state.taken <= bound - amount) return undefined;
  const failed = { entry, settled, open };
  if (settled <= bound - amount) return { ...failed, because: 'open', retryAfterMs: openRetryMs };
  if (counter.kind === 'window') {
    const retryAfterMs = counter.end === null || amount > bound ? null : Math.max(1, counter.end - now);
    return { ...failed, because: 'settled', retryAfterMs };
  }
  const refill = refillOf(counter);
  const never = amount > bound || refill.amount === 0;
  const retryAfterMs = never ? null : refillTime(state, refill, settled - (bound - amount));
  return { ...failed, because: 'settled', retryAfterMs };
}
