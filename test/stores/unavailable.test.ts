import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { createClient } from 'redis';
import { afterAll, describe, expect, it } from 'vitest';
import { createStore } from '../../src/assemble-store.ts';
import type { Counter } from '../../src/stores/counter-store.ts';
import { openRedisStore } from '../../src/stores/redis/store.ts';
import { openSqliteStore } from '../../src/stores/sqlite/store.ts';
import { openUpstashStore } from '../../src/stores/upstash/store.ts';
import { atSomePace } from '../support/at-some-pace.ts';
import { hasRedis, startRedis } from '../support/redis-server.ts';
import { startRestBridge } from '../support/rest-bridge.ts';
import { until } from '../support/until.ts';

const folder = mkdtempSync(join(tmpdir(), 'llmpolicy-unavailable-'));
afterAll(() => rmSync(folder, { recursive: true }));

const counter: Counter = { kind: 'window', id: 'budget', start: null, end: null };
const now = Date.UTC(2026, 0, 5);
const settle = (requestId: string) => ({ requestId, attempt: 1, used: [{ counter, amount: 7 }], now });

describe('a store in SQLite', () => {
  it('says that its disk is full, keeps no half row, and keeps what it had', async () => {
    const store = await openSqliteStore({ file: join(folder, 'full.db'), maxPages: 40 });
    await store.counters.settle(settle('first'));
    const put = (key: string) => store.cache.put({ scope: 's', key, now, ttlMs: 1000, bytes: new Uint8Array(60_000) });
    await put('a');
    const [refused, kept] = await Promise.allSettled([
      store.cache.put({ scope: 's', key: 'b', now, ttlMs: 1000, bytes: new Uint8Array(200_000) }),
      store.counters.settle(settle('second')),
    ]);
    expect(refused).toMatchObject({
      reason: {
        name: 'StoreUnavailable',
        reason: 'full',
        message: expect.stringContaining('full.db did not answer: its disk is full'),
      },
    });
    expect(kept.status).toBe('fulfilled');
    expect(await store.cache.get({ scope: 's', key: 'b', now })).toBeNull();
    expect((await store.cache.get({ scope: 's', key: 'a', now }))?.length).toBe(60_000);
    expect(await store.counters.read([counter], now)).toEqual([{ settled: 14, open: 0 }]);
    await store.close();
  });

  it('reserves on a full disk all that it says, and nothing of what it refuses', async () => {
    const store = await openSqliteStore({ file: join(folder, 'full-counters.db'), maxPages: 40 });
    const second: Counter = { kind: 'concurrent', id: 'open' };
    const reserve = (requestId: string) =>
      store.counters.reserve({
        requestId: `${requestId} ${'x'.repeat(500)}`,
        attempt: 1,
        entries: [counter, second].map((of) => ({ counter: of, amount: 3, bound: 1e9 })),
        now,
        expiresAt: now + 60_000,
      });
    const answers = await Promise.allSettled(Array.from({ length: 200 }, (_, index) => reserve(`${index}`)));
    const refused = answers.flatMap((answer) => (answer.status === 'rejected' ? [answer.reason] : []));
    expect(refused.length).toBeGreaterThan(0);
    for (const error of refused) expect(error).toMatchObject({ name: 'StoreUnavailable', reason: 'full' });
    const open = (answers.length - refused.length) * 3;
    expect(open).toBeGreaterThan(0);
    const both = { settled: 0, open };
    expect(await store.counters.read([counter, second], now)).toEqual([both, both]);
    await store.close();
  });

  it('refuses a file of a newer version, and one that is no database, with what to do', async () => {
    const newer = join(folder, 'newer.db');
    await (await openSqliteStore({ file: newer })).close();
    const database = new DatabaseSync(newer);
    database.exec('pragma user_version = 99');
    database.close();
    await expect(openSqliteStore({ file: newer })).rejects.toMatchObject({
      name: 'StoreTooNew',
      message: expect.stringMatching(
        /newer\.db has schema 99 and this llmpolicy knows schemas up to 2: run the version/,
      ),
    });
    await expect(openSqliteStore({ file: folder })).rejects.toMatchObject({ name: 'StoreUnavailable' });
    await expect(openSqliteStore({ file: import.meta.filename })).rejects.toMatchObject({
      message: expect.stringContaining('is not a SQLite database'),
    });
  });

  it('does not wait for ever for another process, and is right afterwards', () =>
    atSomePace(async (timeoutMs) => {
      const file = join(folder, `busy-${timeoutMs}.db`);
      const store = await openSqliteStore({ file, timeoutMs });
      const other = new DatabaseSync(file);
      other.exec('begin immediate');
      await expect(store.counters.settle(settle('one'))).rejects.toMatchObject({
        name: 'StoreUnavailable',
        reason: 'busy',
      });
      other.exec('rollback');
      other.close();
      await store.counters.settle(settle('one'));
      expect(await store.counters.read([counter], now)).toEqual([{ settled: 7, open: 0 }]);
      await store.close();
      await expect(store.counters.settle(settle('two'))).rejects.toMatchObject({ reason: 'closed' });
    }));

  it('knows after it was opened again what it knew', async () => {
    const url = `sqlite:${join(folder, 'again.db')}`;
    const first = await createStore({ url });
    await first.counters.settle(settle('one'));
    await first.close();
    const second = await createStore({ url });
    await second.counters.settle(settle('one'));
    expect(await second.counters.read([counter], now)).toEqual([{ settled: 7, open: 0 }]);
    await second.close();
  });
});

describe.skipIf(!hasRedis)('a store in Redis', () => {
  it('fails at once while Redis is away, and works again when it is back, its scripts forgotten', async () => {
    const redis = await startRedis();
    const store = await openRedisStore({ url: redis.url, timeoutMs: 60_000 });
    await store.counters.settle(settle('one'));
    await redis.stop();
    const calls = await Promise.allSettled(
      Array.from({ length: 20 }, (_, index) => store.counters.settle(settle(`${index}`))),
    );
    for (const call of calls) expect(call).toMatchObject({ status: 'rejected', reason: { name: 'StoreUnavailable' } });
    const again = await startRedis({ port: redis.port });
    await until('the store', () =>
      store.counters.settle(settle('two')).then(
        () => true,
        () => undefined,
      ),
    );
    expect(await store.counters.read([counter], now)).toEqual([{ settled: 7, open: 0 }]);
    await store.close();
    await again.stop();
  });

  it('does not begin without Redis, refuses a newer schema, and shows no password', async () => {
    const redis = await startRedis();
    const client = await createClient({ url: redis.url }).connect();
    await client.hSet('{llmpolicy}:records', 'schema', '99');
    client.destroy();
    await expect(openRedisStore({ url: redis.url })).rejects.toMatchObject({ name: 'StoreTooNew' });
    await redis.stop();
    const opening = openRedisStore({ url: `redis://:secret-word@127.0.0.1:${redis.port}`, timeoutMs: 300 });
    await expect(opening).rejects.toMatchObject({
      name: 'StoreUnavailable',
      message: expect.not.stringContaining('secret-word'),
    });
  });
});

describe.skipIf(!hasRedis)('a store in Upstash', () => {
  it('counts once what its client sends again after dropped connections', async () => {
    const redis = await startRedis();
    const bridge = await startRestBridge(redis.url);
    const store = await openUpstashStore({ url: bridge.url, token: bridge.token, timeoutMs: 60_000 });
    bridge.drop(2);
    const reserve = {
      requestId: 'one',
      attempt: 1,
      entries: [{ counter, amount: 10, bound: 10 }],
      now,
      expiresAt: now + 1000,
    };
    expect(await store.counters.reserve(reserve)).toEqual({ granted: true });
    bridge.drop(2);
    await store.counters.settle(settle('one'));
    bridge.drop(1);
    const claim = { notice: 'n', claimer: 'a', now, until: now + 10, keepUntil: null };
    expect(await store.notices.claim(claim)).toBe(true);
    expect(bridge.dropped()).toBe(5);
    expect(await store.counters.read([counter], now)).toEqual([{ settled: 7, open: 0 }]);
    await bridge.stop();
    await expect(store.counters.settle(settle('two'))).rejects.toMatchObject({ name: 'StoreUnavailable' });
    await redis.stop();
  });

  it('says that its token is wrong, and not which', async () => {
    const redis = await startRedis();
    const bridge = await startRestBridge(redis.url);
    const opening = openUpstashStore({ url: bridge.url, token: 'secret-word' });
    await expect(opening).rejects.toMatchObject({
      name: 'StoreUnavailable',
      message: expect.stringMatching(/^the store upstash:http:\/\/127\.0\.0\.1:\d+ did not answer: Unauthorized/),
    });
    await bridge.stop();
    await redis.stop();
  });
});
