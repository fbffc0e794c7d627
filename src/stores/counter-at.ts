import type { Window } from '../syntax/ast.ts';
import { windowAt } from './calendar-window.ts';
import type { BucketCounter, Counter } from './counter-store.ts';

/** What a policy says of a counter, with the values of one request. */
export interface CounterRule {
  /** Name of the policy that declares it. */
  readonly policy: string;
  readonly name: string;
  readonly window: Window | 'concurrent';
  readonly amount: number;
  readonly burst: number | undefined;
  /** By attribute: `caller.team` → `a`. */
  readonly each: Readonly<Record<string, string>>;
}

const dayMs = 86_400_000;

/**
 * How long a bucket with `burst` takes for its amount. A calendar window's longest: no window of the calendar ever sees more than its
 * amount and one burst.
 */
const nominalMs = {
  second: 1000,
  min: 60_000,
  hour: 3_600_000,
  day: dayMs,
  week: 7 * dayMs,
  month: 31 * dayMs,
  quarter: 92 * dayMs,
  year: 366 * dayMs,
} as const;

/** The slowest bucket that stores work out exactly. */
const maxEveryMs = 2 ** 42;

/**
 * The counter that a rule means for a request at an instant: its identity is the policy that declares it, the rule's name, its window
 * and the values of `for each`, so that a new amount keeps the count. A duration is a bucket, and so is any window with `burst`, except
 * `ever`, at which nothing is refilled.
 */
export function counterAt(rule: CounterRule, now: number, zone: string): Counter {
  const { policy, name, window, amount, burst, each } = rule;
  const id = JSON.stringify([policy, name, window, ...Object.entries(each).sort(([a], [b]) => (a < b ? -1 : 1))]);
  if (window === 'concurrent') return { kind: 'concurrent', id };
  if (typeof window === 'number') return bucket(id, amount, window);
  if (burst !== undefined && window !== 'ever') return bucket(id, amount, nominalMs[window]);
  return { kind: 'window', id, ...windowAt(window, now, zone) };
}

/** What an entry of the rule is bound by: what the bucket holds, or the amount. A threshold is a share of it. */
export function capacityOf({ amount, burst, window }: Omit<CounterRule, 'policy' | 'name' | 'each'>): number {
  return burst === undefined || window === 'concurrent' ? amount : window === 'ever' ? Math.min(amount, burst) : burst;
}

function bucket(id: string, amount: number, everyMs: number): BucketCounter {
  const tooSlow = Math.max(1, Math.ceil(everyMs / maxEveryMs));
  return { kind: 'bucket', id, amount: Math.floor(amount / tooSlow), everyMs: Math.ceil(everyMs / tooSlow) };
}

/** Where a store keeps a counter: another one for each window. */
export function counterKey(counter: Counter): string {
  if (counter.kind === 'window') return `${counter.id}@${counter.start ?? 'ever'}`;
  return counter.kind === 'bucket' ? `${counter.id}~` : `${counter.id}#`;
}
