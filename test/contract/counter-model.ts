import type { Counter, Reading, ReserveEntry } from '../../src/stores/counter-store.ts';

interface Reservation {
  readonly entries: readonly ReserveEntry[];
  readonly expiresAt: number;
  readonly granted: boolean;
}

/** What window and concurrent counters mean, told as the list of all that happened: nothing is ever kept as a sum. */
export class CounterModel {
  readonly reservations = new Map<string, Reservation>();
  /** What each closed reservation used, and when expired. */
  readonly closed = new Map<string, ReadonlyMap<string, number>>();
  readonly expired = new Set<string>();

  pass(now: number): void {
    for (const [id, { granted, expiresAt }] of this.reservations) {
      if (granted && !this.closed.has(id) && expiresAt <= now) this.expired.add(id);
    }
  }

  read(counter: Counter): Reading {
    let [settled, open] = [0, 0];
    if (counter.kind === 'window') for (const used of this.closed.values()) settled += used.get(counter.id) ?? 0;
    for (const [id, { entries, granted }] of this.reservations) {
      if (!granted || this.closed.has(id) || this.expired.has(id)) continue;
      for (const entry of entries) if (entry.counter.id === counter.id) open += entry.amount;
    }
    return { settled, open };
  }

  reserve(id: string, entries: readonly ReserveEntry[], expiresAt: number): boolean {
    const before = this.reservations.get(id);
    if (before !== undefined) return before.granted;
    if (this.closed.has(id)) return true;
    const granted = entries.every(({ counter, amount, bound }) => {
      const { settled, open } = this.read(counter);
      return settled + open + amount <= bound;
    });
    this.reservations.set(id, { entries, expiresAt, granted });
    return granted;
  }

  settle(id: string, used: ReadonlyMap<string, number>): void {
    if (!this.closed.has(id)) this.closed.set(id, used);
  }

  release(id: string): void {
    const known = this.reservations.get(id);
    if (known === undefined || (known.granted && !this.expired.has(id))) this.settle(id, new Map());
  }
}
