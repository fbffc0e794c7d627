/**
 * Budgets and limits. The life of an attempt: `reserve`, then `settle` with what it really used, or `release` where it used
 * nothing. A process that dies in between leaves a reservation that expires.
 */
export interface CounterStore {
  /** How each counter stands, in the order asked. A counter that nobody wrote to stands at zero. */
  read(counters: readonly Counter[], now: number): Promise<readonly Reading[]>;
  /**
   * All entries or none, in one step. Arriving again it gives its first answer and changes nothing, also after the reservation
   * was settled, released or has expired.
   */
  reserve(request: ReserveRequest): Promise<ReserveAnswer>;
  /**
   * Ends a reservation: what was reserved is open no longer, and what was used counts as settled, more than was reserved too.
   * Entries that `used` leaves out used nothing; of `concurrent` counters nothing ever counts as settled. After expiry, and where the
   * reservation is not known at all, it still counts what was used. After a `settle` or `release` it does nothing.
   */
  settle(request: SettleRequest): Promise<void>;
  /** Ends a reservation of which nothing was used. After a `settle`, `release` or expiry it does nothing. */
  release(request: ReleaseRequest): Promise<void>;
}

/** What is counted: made by `counterAt`, the same in every process for the same identity, window and instant. */
export type Counter = WindowCounter | BucketCounter | ConcurrentCounter;

/** Counts what is used from `start` until `end`, then another counter begins at zero; `ever` has neither. */
export interface WindowCounter {
  readonly kind: 'window';
  readonly id: string;
  readonly start: number | null;
  readonly end: number | null;
}

/**
 * A token bucket, seen from what was taken out: it empties evenly, `amount` in each `everyMs`, never below zero, without rounding
 * away a fraction. What the bucket holds is the `bound` of an entry.
 */
export interface BucketCounter {
  readonly kind: 'bucket';
  readonly id: string;
  readonly amount: number;
  /** Milliseconds, 1 to 2^42. */
  readonly everyMs: number;
}

/** Counts only what is open. */
export interface ConcurrentCounter {
  readonly kind: 'concurrent';
  readonly id: string;
}

export interface Reading {
  /** Used for certain. The facts `used` and `exhausted` are read from this. */
  readonly settled: number;
  /** Reserved, and neither settled, released nor expired. */
  readonly open: number;
}

/**
 * Names a reservation. Each try to reserve has a number of its own within its request: after a refusal, what the second decision
 * leads to is the next number, for the same number gets the same answer.
 */
export interface ReservationName {
  readonly requestId: string;
  readonly attempt: number;
}

export interface ReserveRequest extends ReservationName {
  readonly entries: readonly ReserveEntry[];
  readonly now: number;
  /** When it stops counting if nothing more is heard of it: a little after the attempt must have ended, `longestHoldMs` at most. */
  readonly expiresAt: number;
}

export interface ReserveEntry {
  readonly counter: Counter;
  readonly amount: number;
  /** Holds if settled + open + amount is at most this: the next threshold, the limit, what the bucket holds. */
  readonly bound: number;
}

export type ReserveAnswer =
  | { readonly granted: true }
  /** Every entry that failed, in the order asked. */
  | { readonly granted: false; readonly failed: readonly FailedEntry[] };

export interface FailedEntry extends Reading {
  /** Which of the request's entries. */
  readonly entry: number;
  /** `settled`: it would not hold if nothing else were open. `open`: only open reservations stand in the way. */
  readonly because: 'settled' | 'open';
  /** When it could hold: the window's end, the bucket emptied so far, a second where it is `open`. Null: not by waiting. */
  readonly retryAfterMs: number | null;
}

export interface SettleRequest extends ReservationName {
  readonly used: readonly UsedAmount[];
  readonly now: number;
}

export interface UsedAmount {
  readonly counter: Counter;
  readonly amount: number;
}

export interface ReleaseRequest extends ReservationName {
  readonly now: number;
}
