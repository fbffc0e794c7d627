import type { CacheStore } from './cache-store.ts';
import type { CounterStore } from './counter-store.ts';
import type { HealthStore } from './health-store.ts';
import type { KeyStore } from './key-store.ts';
import type { NoticeStore } from './notice-store.ts';
import type { PolicyStore } from './policy-store.ts';
import type { SumStore } from './sum-store.ts';

/**
 * What all processes of a gateway know together. Four implementations, one behaviour: `test/contract/store.suite.ts`.
 *
 * - **Time is an argument.** Instants are milliseconds since 1970 of the caller's clock, so a test owns the clock and a jump of it
 *   reaches no further than the calls that carry it. No store reads a clock for what it answers; clocks of different machines
 *   should agree to about a second, which is how wrong an expiry or a refill can then be.
 * - **Amounts are integers**, 0 to 2^53 − 1, money in nano-units of the config's currency. Sums stop at 2^53 − 1.
 * - **What arrives again has its effect once.** Every change names what it belongs to (request id and attempt, request id, claimer,
 *   key), so a client may send it again when it does not know whether it arrived. Echoes are known for `echoMs`.
 * - **Every call ends.** It answers, or it rejects with `StoreUnavailable` within the store's time limit; the change may then have
 *   happened or not, and may be sent again. Anything else that a call rejects with is a bug.
 */
export interface Store {
  readonly counters: CounterStore;
  readonly sums: SumStore;
  readonly keys: KeyStore;
  readonly notices: NoticeStore;
  readonly cache: CacheStore;
  readonly policies: PolicyStore;
  readonly health: HealthStore;
  /** Ends connections and threads; calls that are under way reject with `StoreUnavailable`. */
  close(): Promise<void>;
}

/** How long a change that was made is known again, in milliseconds: 10 minutes, longer than any client resends. */
export const echoMs = 600_000;

/**
 * However long it asks for, a reservation holds no longer than a day; nor does one that was made by a clock that was wrong, once a right
 * one is heard.
 */
export const longestHoldMs = 86_400_000;

/** How far a clock may have gone back before what it said is taken for wrong: what refills goes on from now. */
export const clockToleranceMs = 3_600_000;

/** How much past its time one call clears away: expired reservations, old counters, what was kept to know echoes. */
export const sweepStep = 200;

export type Unavailability = 'timeout' | 'connection' | 'busy' | 'full' | 'closed' | 'failed';

/** The store did not answer: the one error of every call. Its message says what and where, never a password or token. */
export class StoreUnavailable extends Error {
  override readonly name = 'StoreUnavailable';
  readonly reason: Unavailability;
  constructor(reason: Unavailability, message: string, cause?: unknown) {
    super(message, { cause });
    this.reason = reason;
  }
}

/** The store was written by a newer llmpolicy, whose tables this one does not know. Found when it is opened. */
export class StoreTooNew extends Error {
  override readonly name = 'StoreTooNew';
}

export function tooNew(where: string, found: number, known: number): StoreTooNew {
  return new StoreTooNew(
    `${where} has schema ${found} and this llmpolicy knows schemas up to ${known}: ` +
      'run the version that wrote it, or a later one, or point `store` elsewhere',
  );
}
