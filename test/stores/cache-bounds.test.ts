import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createStore } from '../../src/assemble-store.ts';

describe('the bounds of the config', () => {
  it.each(['memory', 'sqlite:gateway.db'])('hold in %s', async (url) => {
    const folder = mkdtempSync(join(tmpdir(), 'llmpolicy-bounds-'));
    const store = await createStore({ url, bounds: { maxEntries: 1, maxBytes: 10 } }, folder);
    onTestFinished(async () => {
      await store.close();
      rmSync(folder, { recursive: true });
    });
    const put = (key: string, bytes: number, ttlMs: number) =>
      store.cache.put({ scope: 's', key, bytes: new Uint8Array(bytes), now: 0, ttlMs });
    const has = async (key: string) => (await store.cache.get({ scope: 's', key, now: 1 })) !== null;
    await put('first', 1, 100);
    await put('second', 1, 200);
    await put('large', 11, 300);
    expect([await has('first'), await has('second'), await has('large')]).toEqual([false, true, false]);
  });
});
