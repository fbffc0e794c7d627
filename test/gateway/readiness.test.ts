import { expect, it } from 'vitest';
import { type Problem, watchReadiness } from '../../src/gateway/readiness.ts';
import { configOf, sandboxInventory } from './sample-config.ts';

function watch(settings = '') {
  const state: { now: number; version: () => Promise<number>; counters?: Problem; ledger?: Problem } = {
    now: 1000,
    version: async () => 1,
  };
  const readiness = watchReadiness(configOf(`${settings}${sandboxInventory}`), {
    store: { keys: { version: () => state.version() } as never },
    counterProblem: () => state.counters,
    ledgerProblem: () => state.ledger,
    now: () => state.now,
  });
  return { state, readiness };
}

it('requests may come while nothing is wrong', async () => {
  const { readiness } = watch();
  expect(await readiness()).toEqual({ ready: true, store: { reachable: true }, ledger: { writable: true } });
});

it.each([
  ['the store does not answer', { version: () => Promise.reject(new Error('away')) }, 'store'],
  ['counters cannot be counted', { counters: { why: 'away', at: 900 } }, 'store'],
  ['the ledger cannot be written', { ledger: { why: 'away', at: 900 } }, 'ledger'],
] as const)(
  'none should come while %s, unless the config says that it is served all the same',
  async (_, spoilt, part) => {
    const named =
      part === 'store' ? { store: { reachable: false, why: 'away' } } : { ledger: { writable: false, why: 'away' } };
    const refusing = watch();
    Object.assign(refusing.state, spoilt);
    expect(await refusing.readiness()).toMatchObject({ ready: false, ...named });
    const allowing = watch(
      part === 'store' ? 'store: { url: memory, on_unavailable: allow }\n' : 'ledger: { on_unavailable: allow }\n',
    );
    Object.assign(allowing.state, spoilt);
    expect(await allowing.readiness()).toMatchObject({ ready: true, ...named });
  },
);

it('requests may come and try again when a failure is ten seconds old: nothing else would find out', async () => {
  const { state, readiness } = watch();
  state.ledger = { why: 'its disk is full', at: 900 };
  state.now = 10_899;
  expect((await readiness()).ready).toBe(false);
  state.now = 10_900;
  expect((await readiness()).ready).toBe(true);
});
