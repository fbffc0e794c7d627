import { type CounterState, refillOf, refillTime } from './counter-state.ts';
import type { Counter } from './counter-store.ts';

const dayMs = 86_400_000;

/**
 * When a counter may be forgotten: a day, and at least its own length, after its window ended, its bucket is full again or it was last
 * used; so a clock that jumps ahead must jump far to make a store forget what was spent. Null: never.
 */
export function counterDue(counter: Counter, state: CounterState, now: number): number | null {
  switch (counter.kind) {
    case 'window':
      if (counter.start === null || counter.end === null) return null;
      return counter.end + Math.max(dayMs, counter.end - counter.start);
    case 'bucket':
      if (counter.amount === 0) return null;
      return state.at + refillTime(state, refillOf(counter), state.taken) + Math.max(dayMs, counter.everyMs);
    case 'concurrent':
      return now + dayMs;
  }
}

/** When to look again at a counter of which something is still open. */
export const lookAgainMs = dayMs;
