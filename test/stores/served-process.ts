// A worker that uses its owner's store: settles a hundred requests in one turn, and keeps some bytes.
import { createPortStore } from '../../src/stores/port-store.ts';
import { type IpcEnd, processPort } from '../../src/stores/ports.ts';

const name = process.argv[2] ?? '';
const store = createPortStore(processPort(process as IpcEnd), {
  where: 'the owner’s store',
  timeoutMs: 60_000,
  close: async () => process.disconnect?.(),
});
const counter = { kind: 'window', id: 'shared', start: null, end: null } as const;
await Promise.all(
  Array.from({ length: 100 }, (_, index) =>
    store.counters.settle({ requestId: `${name}-${index}`, attempt: 1, used: [{ counter, amount: 1 }], now: 0 }),
  ),
);
await store.cache.put({ scope: name, key: 'k', now: 0, ttlMs: 1000, bytes: new Uint8Array([0, 255]) });
await store.close();
const refused = await store.keys.version().catch((error: Error) => error.name);
process.exitCode = refused === 'StoreUnavailable' ? 0 : 1;
