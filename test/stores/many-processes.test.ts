import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { createStore } from '../../src/assemble-store.ts';
import { hasRedis, startRedis } from '../support/redis-server.ts';
import { startRestBridge } from '../support/rest-bridge.ts';
import { budget, held, reservedPrice } from './spending.ts';

const script = fileURLToPath(new URL('./spender.ts', import.meta.url));
const start = (
  url: string,
  mode: string,
  token: string,
): ChildProcess & { stdout: NonNullable<ChildProcess['stdout']> } =>
  spawn(process.execPath, [script, url, mode, token], { stdio: ['ignore', 'pipe', 'inherit'] });

async function holds(url: string, token = ''): Promise<void> {
  const store = await createStore({ url, token });
  const standing = async (now: number) => (await store.counters.read([budget.counter], now))[0];

  const holder = start(url, 'hold', token);
  await once(holder.stdout, 'data');
  holder.kill('SIGKILL');
  await once(holder, 'exit');
  expect(await standing(Date.now())).toEqual({ settled: 0, open: 10 * held });
  expect(await standing(Date.now() + 2_000_000)).toEqual({ settled: 0, open: 0 });

  const said = await Promise.all(Array.from({ length: 4 }, () => text(start(url, '16', token).stdout)));
  const figures = said.map((line) => /^spent (\d+) early (\d+)\n$/.exec(line)?.slice(1).map(Number) ?? [Number.NaN]);
  const spent = figures.reduce((total, [each = 0]) => total + each, 0);
  expect(spent).toBeLessThanOrEqual(budget.bound);
  expect(spent).toBeGreaterThan(budget.bound - reservedPrice);
  expect(figures.map(([, early]) => early)).toEqual([0, 0, 0, 0]);
  expect(await standing(Date.now())).toEqual({ settled: spent, open: 0 });
  await store.close();
}

describe('four processes spend from one budget to its last request, after one that held half of it was killed', () => {
  it('in SQLite', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'llmpolicy-spend-'));
    await holds(`sqlite:${join(folder, 'gateway.db')}`);
    rmSync(folder, { recursive: true });
  });

  it.skipIf(!hasRedis)('in Redis', async () => {
    const redis = await startRedis();
    await holds(redis.url);
    await redis.stop();
  });

  it.skipIf(!hasRedis)('in Upstash', async () => {
    const redis = await startRedis();
    const bridge = await startRestBridge(redis.url);
    await holds(`upstash:${bridge.url}`, bridge.token);
    await bridge.stop();
    await redis.stop();
  });
});
