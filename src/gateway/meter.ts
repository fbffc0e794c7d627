import type { PolicyProgram } from '../compile/program.ts';
import { type Charge, countersRead } from '../decide/charges.ts';
import { boundOf, counterFacts, refusedFacts } from '../decide/counter-facts.ts';
import type { FactKey, Facts } from '../decide/facts.ts';
import type { Value } from '../semantics/types.ts';
import { capacityOf, counterAt, counterKey } from '../stores/counter-at.ts';
import type { Counter, FailedEntry, Reading, ReserveEntry } from '../stores/counter-store.ts';
import { type Store, StoreUnavailable } from '../stores/store.ts';
import type { Clock } from './clock.ts';

/** What a charge is to take, and of what. */
export interface Due {
  readonly charge: Charge;
  readonly amount: number;
}

/** Holds what was reserved until it is settled or released; either may be said more than once. */
export interface Reservation {
  /** What each charge really used; what is left out used nothing. */
  settle(used: readonly Due[]): Promise<void>;
  release(): Promise<void>;
}

export type Reserved =
  | { readonly granted: true; readonly reservation: Reservation }
  | { readonly granted: false; readonly refused: readonly Refused[] };

/** A charge whose counter has not enough left. */
export interface Refused {
  readonly charge: Charge;
  /** What the decision is to take for true of it from now on. */
  readonly facts: readonly (readonly [FactKey, Value])[];
  /** Only reservations that are still open stand in the way. */
  readonly isOpen: boolean;
  /** Null: not by waiting. */
  readonly retryAfterMs: number | null;
}

export interface MeterSettings {
  readonly timeZone: string;
  readonly onUnavailable: 'refuse' | 'allow';
}

/** Facts about counters may be so old; what is reserved is exact. */
const readingMs = 1000;
const mostReadings = 50_000;
/** A reservation outlives its attempt by this much, so that it is not given back while the answer is being counted. */
const graceMs = 30_000;

interface Remembered {
  readonly reading: Reading;
  readonly until: number;
}

/**
 * Budgets and limits, between decisions and the store: what counters stand at becomes facts, and what a decision charges is reserved,
 * settled or released.
 */
export class Meter {
  readonly #store: Store;
  readonly #clock: Clock;
  readonly #settings: MeterSettings;
  readonly #readings = new Map<string, Remembered>();
  /** What was said to the store and not answered yet. */
  readonly #pending = new Set<Promise<void>>();

  constructor(store: Store, clock: Clock, settings: MeterSettings) {
    this.#store = store;
    this.#clock = clock;
    this.#settings = settings;
  }

  /** The facts of all counters that a program may read, for the values that a request has. */
  async readFacts(program: PolicyProgram, facts: Facts): Promise<readonly (readonly [FactKey, Value])[]> {
    if (program.budgets.length === 0 && program.limits.length === 0) return [];
    const now = this.#clock.wallNow();
    const charges = countersRead(program, facts)
      .filter((charge) => isWorthReading(program, charge))
      .map((charge) => ({ charge, counter: this.#counterOf(charge, now) }));
    const readings = await this.#read(
      charges.map(({ counter }) => counter),
      now,
    );
    return charges.flatMap(({ charge }, index) => {
      const capacity = capacityOf(charge);
      const reading = readings?.[index] ?? this.#unknown(capacity);
      return counterFacts(charge, { ...reading, capacity });
    });
  }

  /**
   * Reserves all that is due, or nothing. `facts` are those that the decision was taken on; a shadow counter counts and never refuses.
   * `forMs`: how long it may take until it is settled.
   */
  async reserve(
    name: { requestId: string; attempt: number },
    due: readonly Due[],
    facts: Facts,
    forMs: number,
  ): Promise<Reserved> {
    if (due.length === 0) return { granted: true, reservation: nothingReserved };
    const now = this.#clock.wallNow();
    const entries = due.map(({ charge, amount }): ReserveEntry => {
      const used = Number(facts.get(charge.usedFact ?? '') ?? 0);
      const bound = charge.shadow ? Number.MAX_SAFE_INTEGER : boundOf(charge, capacityOf(charge), used);
      return { counter: this.#counterOf(charge, now), amount, bound };
    });
    try {
      const answer = await this.#store.counters.reserve({ ...name, entries, now, expiresAt: now + forMs + graceMs });
      if (!answer.granted) return { granted: false, refused: this.#refused(answer.failed, due, entries, facts) };
      return { granted: true, reservation: this.#reservation(name, entries) };
    } catch (error) {
      if (!(error instanceof StoreUnavailable)) throw error;
      if (this.#settings.onUnavailable === 'allow') return { granted: true, reservation: nothingReserved };
      return { granted: false, refused: due.map(({ charge }) => unavailable(charge, facts)) };
    }
  }

  /** Resolves when the store has heard of everything so far. */
  async drain(): Promise<void> {
    await Promise.allSettled(this.#pending);
  }

  #refused(
    failed: readonly FailedEntry[],
    due: readonly Due[],
    entries: readonly ReserveEntry[],
    facts: Facts,
  ): readonly Refused[] {
    return failed.flatMap(({ entry, because, retryAfterMs, settled, open }) => {
      const charge = due[entry]?.charge;
      const counter = entries[entry]?.counter;
      if (!charge || !counter) return [];
      this.#remember(counter, { settled, open }, this.#clock.wallNow());
      const used = Number(facts.get(charge.usedFact ?? '') ?? 0);
      return [{ charge, facts: refusedFacts(charge, used), isOpen: because === 'open', retryAfterMs }];
    });
  }

  #reservation(name: { requestId: string; attempt: number }, entries: readonly ReserveEntry[]): Reservation {
    const counters = new Map(entries.map(({ counter }) => [counter.id, counter]));
    return {
      settle: (used) => {
        const now = this.#clock.wallNow();
        const amounts = used.flatMap(({ charge, amount }) => {
          const counter = counters.get(this.#counterOf(charge, now).id);
          return counter ? [{ counter, amount }] : [];
        });
        return this.#eventually(() => this.#store.counters.settle({ ...name, used: amounts, now }));
      },
      release: () => this.#eventually(() => this.#store.counters.release({ ...name, now: this.#clock.wallNow() })),
    };
  }

  /** A store that does not answer is asked again for a while: what was used is not forgotten because of a moment. */
  #eventually(change: () => Promise<void>): Promise<void> {
    const pending = this.#tryFor(change).finally(() => this.#pending.delete(pending));
    this.#pending.add(pending);
    return pending;
  }

  async #tryFor(change: () => Promise<void>): Promise<void> {
    for (let pauseMs = 100; ; pauseMs *= 2) {
      try {
        return await change();
      } catch (error) {
        if (!(error instanceof StoreUnavailable)) throw error;
        if (pauseMs > graceMs) return;
        await this.#clock.sleep(pauseMs, new AbortController().signal);
      }
    }
  }

  async #read(counters: readonly Counter[], now: number): Promise<readonly Reading[] | undefined> {
    const found = counters.map((counter) => this.#readings.get(counterKey(counter)));
    if (found.every((known) => known !== undefined && known.until > now)) {
      return found.flatMap((known) => (known ? [known.reading] : []));
    }
    try {
      const readings = await this.#store.counters.read(counters, now);
      counters.forEach((counter, index) => {
        const reading = readings[index];
        if (reading) this.#remember(counter, reading, now);
      });
      return readings;
    } catch (error) {
      if (error instanceof StoreUnavailable) return undefined;
      throw error;
    }
  }

  #remember(counter: Counter, reading: Reading, now: number): void {
    if (this.#readings.size >= mostReadings) this.#readings.clear();
    this.#readings.set(counterKey(counter), { reading, until: counter.kind === 'concurrent' ? now : now + readingMs });
  }

  /** How a counter is taken to stand when the store cannot answer. */
  #unknown(capacity: number): Reading {
    const used = this.#settings.onUnavailable === 'refuse' ? capacity : 0;
    return { settled: used, open: used };
  }

  #counterOf(charge: Charge, now: number): Counter {
    return counterAt(charge, now, this.#settings.timeZone);
  }
}

/**
 * What runs at once changes from moment to moment: whether there is room is found out by reserving, and it is read only for rules that ask
 * how much is used.
 */
function isWorthReading({ facts }: PolicyProgram, { unit, usedFact }: Charge): boolean {
  return unit !== 'concurrent' || facts.some(({ key }) => key === usedFact);
}

const nothingReserved: Reservation = { settle: () => Promise.resolve(), release: () => Promise.resolve() };

function unavailable(charge: Charge, facts: Facts): Refused {
  const used = Number(facts.get(charge.usedFact ?? '') ?? 0);
  return { charge, facts: refusedFacts(charge, used), isOpen: true, retryAfterMs: 1000 };
}
