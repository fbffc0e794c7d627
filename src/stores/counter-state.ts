import type { Counter, Reading } from './counter-store.ts';
import { clockToleranceMs } from './store.ts';

/** How a counter stands; each store keeps just this, and Redis changes it by the same rules in Lua. */
export interface CounterState {
  /** Settled and open together; of a bucket, what has not been refilled yet. */
  readonly taken: number;
  readonly open: number;
  /** When a bucket was last refilled, and the part of one that it had refilled then, in `1 / everyMs`. */
  readonly at: number;
  readonly rest: number;
}

/** How fast a counter empties by itself: `amount` per `everyMs`. */
export interface Refill {
  readonly amount: number;
  readonly everyMs: number;
}

export const noState: CounterState = { taken: 0, open: 0, at: 0, rest: 0 };

const noRefill: Refill = { amount: 0, everyMs: 1 };
const maxAmount = Number.MAX_SAFE_INTEGER;

export const refillOf = (counter: Counter): Refill => (counter.kind === 'bucket' ? counter : noRefill);

/**
 * The state at an instant. A clock that went back refills nothing, nor takes back what was refilled; where it went back far, what refills
 * does so from now on.
 */
export function refilled(state: CounterState, { amount, everyMs }: Refill, now: number): CounterState {
  if (amount === 0) return state;
  if (now <= state.at) return state.at - now > clockToleranceMs ? { ...state, at: now, rest: 0 } : state;
  const parts = BigInt(now - state.at) * BigInt(amount) + BigInt(state.rest);
  const whole = parts / BigInt(everyMs);
  if (whole >= BigInt(state.taken)) return { ...state, taken: 0, at: now, rest: 0 };
  return { ...state, taken: state.taken - Number(whole), at: now, rest: Number(parts % BigInt(everyMs)) };
}

export function reserved(state: CounterState, amount: number): CounterState {
  return { ...state, taken: sum(state.taken, amount), open: sum(state.open, amount) };
}

/**
 * Ends a reservation made at `since`: open no longer, and what was not used is given back, less what the bucket has been refilled in
 * the meantime, for that much it might hold without this reservation too.
 */
export function ended(state: CounterState, amount: number, used: number, refill: Refill, since: number): CounterState {
  const meanwhile = refillBetween(refill, since, state.at);
  const back = used >= amount ? amount - used : Math.max(0, amount - used - meanwhile);
  return {
    ...state,
    taken: Math.min(maxAmount, Math.max(0, state.taken - back)),
    open: Math.max(0, state.open - amount),
  };
}

/** Rounded up, so that no more is given back than is due. */
function refillBetween({ amount, everyMs }: Refill, since: number, until: number): number {
  if (amount === 0 || until <= since) return 0;
  const parts = BigInt(until - since) * BigInt(amount);
  return Number((parts + BigInt(everyMs) - 1n) / BigInt(everyMs));
}

export function added(state: CounterState, used: number): CounterState {
  return { ...state, taken: sum(state.taken, used) };
}

export function readingOf({ taken, open }: CounterState): Reading {
  const stillOpen = Math.min(taken, open);
  return { settled: taken - stillOpen, open: stillOpen };
}

/** Milliseconds until a bucket has emptied by `missing`. */
export function refillTime({ rest }: CounterState, { amount, everyMs }: Refill, missing: number): number {
  const parts = BigInt(missing) * BigInt(everyMs) - BigInt(rest);
  return Number((parts + BigInt(amount) - 1n) / BigInt(amount));
}

/** Sums stop at the largest exact number. */
export function sum(left: number, right: number): number {
  return Math.min(maxAmount, left + right);
}
