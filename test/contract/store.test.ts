import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createMemoryStore } from '../../src/stores/memory/store.ts';
import { openRedisStore } from '../../src/stores/redis/store.ts';
import { openSqliteStore } from '../../src/stores/sqlite/store.ts';
import { openUpstashStore } from '../../src/stores/upstash/store.ts';
import { hasRedis, startRedis } from '../support/redis-server.ts';
import { startRestBridge } from '../support/rest-bridge.ts';
import { describeStore, testBounds } from './store.suite.ts';

/** The tests are not about a store that takes its time. */
const options = { bounds: testBounds, timeoutMs: 60_000 };

describeStore('memory', async () => {
  const store = createMemoryStore(testBounds);
  return { store, stop: () => store.close() };
});

describeStore('sqlite', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'llmpolicy-store-'));
  const store = await openSqliteStore({ file: join(folder, 'new', 'gateway.db'), ...options });
  return {
    store,
    async stop() {
      await store.close();
      rmSync(folder, { recursive: true });
    },
  };
});

describeStore(
  'redis',
  async () => {
    const redis = await startRedis();
    const store = await openRedisStore({ url: redis.url, ...options });
    return {
      store,
      async stop() {
        await store.close();
        await redis.stop();
      },
    };
  },
  !hasRedis,
);

describeStore(
  'upstash',
  async () => {
    const redis = await startRedis();
    const bridge = await startRestBridge(redis.url);
    const store = await openUpstashStore({ url: bridge.url, token: bridge.token, ...options });
    return {
      store,
      async stop() {
        await store.close();
        await bridge.stop();
        await redis.stop();
      },
    };
  },
  !hasRedis,
);
