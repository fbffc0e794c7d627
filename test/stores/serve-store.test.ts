import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import type { Counter } from '../../src/stores/counter-store.ts';
import { createMemoryStore } from '../../src/stores/memory/store.ts';
import { processPort } from '../../src/stores/ports.ts';
import { serveStore } from '../../src/stores/serve-store.ts';

it('lets other processes use a store over their IPC channels, bytes and errors included', async () => {
  const store = createMemoryStore();
  const script = fileURLToPath(new URL('./served-process.ts', import.meta.url));
  const children = ['one', 'two'].map((name) => {
    const child = fork(script, [name], { serialization: 'advanced', execArgv: [] });
    serveStore(store, processPort(child));
    return child;
  });
  const codes = await Promise.all(children.map(async (child) => (await once(child, 'exit'))[0]));
  expect(codes).toEqual([0, 0]);
  const counter: Counter = { kind: 'window', id: 'shared', start: null, end: null };
  expect(await store.counters.read([counter], 0)).toEqual([{ settled: 200, open: 0 }]);
  const cached = await store.cache.get({ scope: 'one', key: 'k', now: 0 });
  expect(cached).toEqual(new Uint8Array([0, 255]));
});
