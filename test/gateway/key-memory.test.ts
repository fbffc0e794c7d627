import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { rememberKeys } from '../../src/gateway/key-memory.ts';
import type { VirtualKey } from '../../src/stores/key-store.ts';
import { createMemoryStore } from '../../src/stores/memory/store.ts';
import { StoreUnavailable } from '../../src/stores/store.ts';
import { isValid } from '../../src/stores/virtual-key.ts';

const key = (sha256: string): VirtualKey => ({
  name: sha256,
  sha256,
  attributes: {},
  createdAt: 0,
  expiresAt: null,
  revokedAt: null,
  previous: null,
});

/** A memory over a store that counts its calls, under a clock that the test turns. */
async function openMemory() {
  const { keys } = createMemoryStore();
  await keys.create(key('a'));
  const calls = { find: 0, version: 0 };
  const state = { now: 0, away: false };
  const asking = <Answer>(name: keyof typeof calls, ask: () => Promise<Answer>) => {
    calls[name] += 1;
    return state.away ? Promise.reject(new StoreUnavailable('connection', 'the store has gone')) : ask();
  };
  const memory = rememberKeys(
    {
      find: (sha256) => asking('find', () => keys.find(sha256)),
      version: () => asking('version', () => keys.version()),
    },
    () => state.now,
  );
  return { keys, calls, state, memory };
}

describe('remembered keys', () => {
  it('are looked up once', async () => {
    const { memory, calls } = await openMemory();
    expect(await memory.find('a')).toMatchObject({ name: 'a' });
    for (let use = 0; use < 5; use++) expect(memory.find('a')).toMatchObject({ name: 'a' });
    expect(calls).toEqual({ find: 1, version: 1 });
  });

  it('leave the store alone while nobody comes', async () => {
    const { memory, calls, state } = await openMemory();
    await memory.find('a');
    state.now = 1_000_000;
    expect(calls).toEqual({ find: 1, version: 1 });
    expect(await memory.find('a')).toMatchObject({ name: 'a' });
    expect(calls).toEqual({ find: 1, version: 2 });
  });

  it('are forgotten when the store does not answer, and nobody is then let in', async () => {
    const { memory, state } = await openMemory();
    await memory.find('a');
    state.away = true;
    state.now = 500;
    expect(memory.find('a')).toMatchObject({ name: 'a' });
    await Promise.resolve();
    await Promise.resolve();
    await expect(memory.find('a')).rejects.toThrow(StoreUnavailable);
    state.away = false;
    expect(await memory.find('a')).toMatchObject({ name: 'a' });
  });

  it('are refused within a second of their revocation, however slow the store answers', async () => {
    const delays = fc.array(fc.integer({ min: 0, max: 3000 }), { minLength: 60, maxLength: 60 });
    const steps = fc.array(fc.integer({ min: 1, max: 300 }), { minLength: 40, maxLength: 40 });
    await fc.assert(
      fc.asyncProperty(delays, steps, fc.integer({ min: 0, max: 3000 }), async (slow, waits, revokedAt) => {
        const { keys } = createMemoryStore();
        await keys.create(key('a'));
        let now = 0;
        const due: { readonly at: number; readonly go: () => void }[] = [];
        const turn = () => new Promise((resolve) => setImmediate(resolve));
        /** The store answers what holds now, and the answer arrives later. */
        const late = async <Answer>(ask: () => Promise<Answer>): Promise<Answer> => {
          const answer = await ask();
          await new Promise<void>((go) => due.push({ at: now + (slow.pop() ?? 0), go }));
          return answer;
        };
        const memory = rememberKeys(
          { find: (sha256) => late(() => keys.find(sha256)), version: () => late(() => keys.version()) },
          () => now,
        );
        const judged: Promise<void>[] = [];
        for (const wait of waits) {
          now += wait;
          for (const { go } of due.filter(({ at }) => at <= now)) go();
          due.splice(0, due.length, ...due.filter(({ at }) => at > now));
          if (now >= revokedAt) await keys.revoke({ name: 'a', at: revokedAt });
          await turn();
          const askedAt = now;
          const found = Promise.resolve(memory.find('a'));
          judged.push(
            found.then((held) => {
              const isLetIn = held !== null && isValid(held, 'a', askedAt);
              if (askedAt >= revokedAt + 1000) expect(isLetIn).toBe(false);
            }),
          );
        }
        while (due.length > 0) {
          for (const { go } of due.splice(0)) go();
          await turn();
        }
        await Promise.all(judged);
      }),
      { numRuns: 60 },
    );
  });
});
