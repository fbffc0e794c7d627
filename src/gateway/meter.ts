import { type Charge, type CountingProgram, countersRead } from '../decide/charges.ts';
import { boundOf, refusedFacts, type Standing } from '../decide/counter-facts.ts';
import type { FactKey, Facts } from '../decide/facts.ts';
import type { Value } from '../semantics/types.ts';
import { capacityOf, counterAt, counterKey } from '../stores/counter-at.ts';
import type { Counter, FailedEntry, Reading, ReservationName, ReserveEntry } from '../stores/counter-store.ts';
import type { AvailableCounters } from '../stores/with-availability.ts';
import type { Clock } from './clock.ts';
import type { Problem } from './readiness.ts';

/** What a charge is to take, and of what. */
export interface Due {
  readonly charge: Charge;
  readonly amount: number;
}

/** Holds what was reserved until it is settled or released; either may be said more than once. */
export interface Reservation {
  /** What each charge really used; what is left out used nothing. `cost`: what that cost, in nano-units. */
  settle(used: readonly Due[], cost: number): void;
  release(): void;
}

/** A counter with the values of a request, as it stood when the request came in. */
export interface ChargeStanding extends Standing {
  readonly charge: Charge;
  /** Until it begins again at nothing; null for what never does, or fills up bit by bit. */
  readonly resetsInMs: number | null;
  /** Until there is room for one more of what it counts; null where waiting helps nothing. */
  readonly freeInMs: number | null;
  /** The store could not be asked: it is taken to stand as the config says. */
  readonly isUnknown: boolean;
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
  /** What is settled alone leaves nothing: facts that are a second old had not told so. */
  readonly isSpent: boolean;
  /** The store could not be asked, and the config does not allow it all the same. */
  readonly isUnknown: boolean;
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
export const graceMs = 30_000;

interface Remembered {
  readonly reading: Reading;
  /** By the time that never runs backwards. */
  readonly until: number;
}

/**
 * Budgets and limits, between decisions and the store: what counters stand at becomes facts, and what a decision charges is reserved,
 * settled or released.
 */
export class Meter {
  readonly #counters: AvailableCounters;
  readonly #clock: Clock;
  readonly #settings: MeterSettings;
  readonly #readings = new Map<string, Remembered>();
  /** The counter of a charge, until its window ends. */
  readonly #current = new WeakMap<Charge, Counter>();
  /** What was said to the store and not answered yet. */
  readonly #pending = new Set<Promise<void>>();

  constructor(counters: AvailableCounters, clock: Clock, settings: MeterSettings) {
    this.#counters = counters;
    this.#clock = clock;
    this.#settings = settings;
  }

  /** How all counters stand that a program may read, for the values that a request has. */
  async readStandings(program: CountingProgram, facts: Facts): Promise<readonly ChargeStanding[]> {
    const now = this.#clock.wallNow();
    const charges = countersRead(program, facts)
      .filter((charge) => isWorthReading(program, charge))
      .map((charge) => ({ charge, counter: this.#counterOf(charge, now) }));
    const readings = await this.#read(
      charges.map(({ counter }) => counter),
      now,
    );
    return charges.map(({ charge, counter }, index) => {
      const capacity = capacityOf(charge);
      const reading = readings?.[index];
      const standing = { charge, ...(reading ?? this.#unknown(capacity)), capacity };
      const times = { resetsInMs: resetOf(counter, now), freeInMs: freeOf(counter, standing, now) };
      return { ...standing, ...times, isUnknown: reading === undefined };
    });
  }

  /**
   * Reserves all that is due, or nothing. `facts` are those that the decision was taken on; a shadow counter counts and never refuses.
   * `forMs`: how long it may take until it is settled. `cost`: the most that it may cost, in nano-units.
   */
  async reserve(
    name: ReservationName,
    due: readonly Due[],
    facts: Facts,
    forMs: number,
    cost: number,
  ): Promise<Reserved> {
    if (due.length === 0) return { granted: true, reservation: nothingReserved };
    const now = this.#clock.wallNow();
    const entries = due.map(({ charge, amount }): ReserveEntry => {
      const bound = charge.shadow
        ? Number.MAX_SAFE_INTEGER
        : boundOf(charge, capacityOf(charge), usedIn(facts, charge));
      return { counter: this.#counterOf(charge, now), amount, bound };
    });
    const request = { ...name, entries, now, expiresAt: now + forMs + graceMs };
    const answer = await this.#counters.reserve(request, cost);
    if (answer.granted) return { granted: true, reservation: this.#reservation(name, entries) };
    const refused = answer.local
      ? due.map(({ charge }) => unavailable(charge, facts))
      : answer.failed.flatMap((failed) => {
          const charge = due[failed.entry]?.charge;
          const entry = entries[failed.entry];
          if (!charge || !entry) return [];
          this.#remember(entry.counter, failed);
          return [refusedBy(failed, entry.bound, charge, facts)];
        });
    return { granted: false, refused };
  }

  /** Why counters cannot be counted, while they cannot. */
  get problem(): Problem | undefined {
    return this.#counters.problem();
  }

  /** Resolves when the store has heard of everything so far, or is known to be away. */
  async drain(): Promise<void> {
    await Promise.allSettled(this.#pending);
  }

  #reservation(name: ReservationName, entries: readonly ReserveEntry[]): Reservation {
    // A window may have ended since: what was reserved is settled where it was reserved.
    const counters = new Map(entries.map(({ counter }) => [counter.id, counter]));
    return {
      settle: (used, cost) => {
        const now = this.#clock.wallNow();
        const amounts = used.flatMap(({ charge, amount }) => {
          const counter = counters.get(this.#counterOf(charge, now).id);
          return counter ? [{ counter, amount }] : [];
        });
        this.#follow(this.#counters.settle({ ...name, used: amounts, now }, cost));
      },
      release: () => this.#follow(this.#counters.release({ ...name, now: this.#clock.wallNow() })),
    };
  }

  #follow(change: Promise<void>): void {
    const pending = change.finally(() => this.#pending.delete(pending));
    this.#pending.add(pending);
  }

  async #read(counters: readonly Counter[], now: number): Promise<readonly Reading[] | null> {
    const at = this.#clock.now();
    const found = counters.map((counter) => this.#readings.get(counterKey(counter)));
    if (found.every((known) => known !== undefined && known.until > at)) {
      return found.flatMap((known) => (known ? [known.reading] : []));
    }
    const readings = await this.#counters.read(counters, now);
    counters.forEach((counter, index) => {
      const reading = readings?.[index];
      if (reading) this.#remember(counter, reading);
    });
    return readings;
  }

  #remember(counter: Counter, reading: Reading): void {
    const now = this.#clock.now();
    if (this.#readings.size >= mostReadings) this.#readings.clear();
    const key = counterKey(counter);
    this.#readings.delete(key);
    this.#readings.set(key, { reading, until: counter.kind === 'concurrent' ? now : now + readingMs });
    this.#forgetOld(now);
  }

  /** Those that were remembered first are old first. */
  #forgetOld(now: number): void {
    for (const [key, { until }] of this.#readings) {
      if (until > now) return;
      this.#readings.delete(key);
    }
  }

  /** How a counter is taken to stand when the store cannot answer. */
  #unknown(capacity: number): Reading {
    const used = this.#settings.onUnavailable === 'refuse' ? capacity : 0;
    return { settled: used, open: used };
  }

  #counterOf(charge: Charge, now: number): Counter {
    const known = this.#current.get(charge);
    if (known !== undefined && isOf(known, now)) return known;
    const counter = counterAt(charge, now, this.#settings.timeZone);
    this.#current.set(charge, counter);
    return counter;
  }
}

/**
 * What runs at once changes from moment to moment: whether there is room is found out by reserving, and it is read only for rules that ask
 * how much is used.
 */
function isWorthReading({ facts }: CountingProgram, { unit, usedFact }: Charge): boolean {
  return unit !== 'concurrent' || facts.some(({ key }) => key === usedFact);
}

/** Whether an instant falls into the window of a counter. */
function isOf(counter: Counter, now: number): boolean {
  if (counter.kind !== 'window') return true;
  return (counter.start ?? now) <= now && now < (counter.end ?? Number.POSITIVE_INFINITY);
}

const resetOf = (counter: Counter, now: number): number | null =>
  counter.kind === 'window' && counter.end !== null ? counter.end - now : null;

/** A window is free again at its end, a bucket when one has been refilled, and what runs at once at any moment. */
function freeOf(counter: Counter, { settled, capacity }: Standing, now: number): number | null {
  if (settled < capacity) return 0;
  if (counter.kind === 'window') return counter.end === null ? null : counter.end - now;
  if (counter.kind === 'concurrent') return 0;
  return counter.amount === 0 ? null : Math.ceil(((settled - capacity + 1) * counter.everyMs) / counter.amount);
}

/** Where nothing is due. */
export const nothingReserved: Reservation = { settle: () => undefined, release: () => undefined };

/** How much of a counter the decision took for used, in basis points. */
const usedIn = (facts: Facts, { usedFact }: Charge): number => Number(facts.get(usedFact ?? '') ?? 0);

function refusedBy(failed: FailedEntry, bound: number, charge: Charge, facts: Facts): Refused {
  const { because, settled, retryAfterMs } = failed;
  const known = refusedFacts(charge, usedIn(facts, charge));
  return {
    charge,
    facts: known,
    isOpen: because === 'open',
    isSpent: settled >= bound,
    isUnknown: false,
    retryAfterMs,
  };
}

function unavailable(charge: Charge, facts: Facts): Refused {
  return {
    charge,
    facts: refusedFacts(charge, usedIn(facts, charge)),
    isOpen: false,
    isSpent: false,
    isUnknown: true,
    retryAfterMs: null,
  };
}
