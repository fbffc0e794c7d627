import { expect, it } from 'vitest';
import type { Counter, CounterStore } from '../../src/stores/counter-store.ts';
import { createMemoryStore } from '../../src/stores/memory/store.ts';
import { StoreUnavailable } from '../../src/stores/store.ts';
import { withAvailability } from '../../src/stores/with-availability.ts';
import { until } from '../support/until.ts';

const counter: Counter = { kind: 'window', id: 'budget', start: null, end: null };
const now = Date.UTC(2026, 0, 5);

/** A store that can go away; where it does, every second call has its effect all the same. */
function awaySometimes() {
  const { counters } = createMemoryStore();
  const state = { isAway: false, calls: 0 };
  const through =
    <Words extends readonly unknown[], Answer>(call: (...words: Words) => Promise<Answer>) =>
    async (...words: Words): Promise<Answer> => {
      if (!state.isAway) return call(...words);
      if (state.calls++ % 2 === 1) await call(...words);
      throw new StoreUnavailable('timeout', 'away');
    };
  const { read, reserve, settle, release } = counters;
  const store: CounterStore = {
    read: through(read),
    reserve: through(reserve),
    settle: through(settle),
    release: through(release),
  };
  return { store, state, counters };
}

const reserve = (requestId: string) => ({
  requestId,
  attempt: 1,
  entries: [{ counter, amount: 40, bound: 1000 }],
  now,
  expiresAt: now + 10,
});
const settle = (requestId: string, amount: number) => ({ requestId, attempt: 1, used: [{ counter, amount }], now });

it('refuses while the store is away, and says so of what it read', async () => {
  const { store, state } = awaySometimes();
  const counters = withAvailability(store, { onUnavailable: 'refuse', localAllowance: 1000, now: () => 0 });
  expect(await counters.read([counter], now)).toEqual([{ settled: 0, open: 0 }]);
  state.isAway = true;
  expect(await counters.reserve(reserve('a'), 40)).toEqual({ granted: false, local: true });
  expect(await counters.read([counter], now)).toBeNull();
  counters.stop();
});

it('allows no more than its allowance, gives back what was not spent, and books all of it once when the store is back', async () => {
  const { store, state, counters: behind } = awaySometimes();
  let clock = 0;
  const counters = withAvailability(store, { onUnavailable: 'allow', localAllowance: 100, now: () => clock });
  expect(await counters.reserve(reserve('before'), 40)).toEqual({ granted: true, local: false });
  state.isAway = true;
  const answers = [];
  for (const id of ['a', 'b', 'c']) answers.push((await counters.reserve(reserve(id), 40)).granted);
  expect(answers).toEqual([true, true, false]);
  await counters.settle(settle('before', 30), 30);
  await counters.settle(settle('a', 10), 10);
  expect((await counters.reserve(reserve('d'), 40)).granted).toBe(true);
  await counters.release({ requestId: 'b', attempt: 1, now });
  await counters.settle(settle('d', 45), 45);
  expect(counters.unbooked()).toBe(4);
  state.isAway = false;
  clock += 300;
  await until('the store to book', () => counters.unbooked() === 0 || undefined);
  expect(await behind.read([counter], now + 20)).toEqual([{ settled: 85, open: 0 }]);
  expect((await counters.reserve(reserve('e'), 40)).local).toBe(false);
});

it('gives back what the store has reserved without saying so, for nobody uses it', async () => {
  const { store, state, counters: behind } = awaySometimes();
  const told: (string | undefined)[] = [];
  let clock = 0;
  const options = { onUnavailable: 'refuse', localAllowance: 0, now: () => clock } as const;
  const counters = withAvailability(store, { ...options, told: (why) => void told.push(why) });
  state.isAway = true;
  state.calls = 1;
  expect(await counters.reserve(reserve('a'), 40)).toEqual({ granted: false, local: true });
  expect(await behind.read([counter], now)).toEqual([{ settled: 0, open: 40 }]);
  state.isAway = false;
  clock += 300;
  await until('the store to book', () => counters.unbooked() === 0 || undefined);
  expect(await behind.read([counter], now)).toEqual([{ settled: 0, open: 0 }]);
  expect(told).toEqual(['away', undefined]);
});

it('lets one caller find out whether the store is back, and the others go on without it', async () => {
  const silent = Promise.withResolvers<never>();
  let calls = 0;
  const { counters: memory } = createMemoryStore();
  const store: CounterStore = {
    ...memory,
    read: () => {
      calls++;
      return calls === 1 ? Promise.reject(new StoreUnavailable('timeout', 'away')) : silent.promise;
    },
  };
  let clock = 0;
  const counters = withAvailability(store, { onUnavailable: 'refuse', localAllowance: 0, now: () => clock });
  expect(await counters.read([counter], now)).toBeNull();
  clock += 300;
  const waiting = counters.read([counter], now);
  expect(await Promise.all([counters.read([counter], now), counters.read([counter], now)])).toEqual([null, null]);
  expect(calls).toBe(2);
  silent.reject(new StoreUnavailable('timeout', 'away'));
  expect(await waiting).toBeNull();
  counters.stop();
});
