// What a store in SQLite costs the thread that uses it: calls a second, and how long its event loop ever stood still.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { createStore } from '../../src/assemble-store.ts';
import type { Counter } from '../../src/stores/counter-store.ts';

const seconds = Number(process.argv[2] ?? 5);
const folder = mkdtempSync(join(tmpdir(), 'llmpolicy-bench-'));
const store = await createStore({ url: `sqlite:${join(folder, 'gateway.db')}` });
const counter: Counter = { kind: 'window', id: 'budget', start: null, end: null };
const bound = Number.MAX_SAFE_INTEGER;
const end = performance.now() + seconds * 1000;
let attempts = 0;

async function caller(id: number): Promise<void> {
  for (let turn = 0; performance.now() < end; turn++) {
    const now = Date.now();
    const request = { requestId: `${id}-${turn}`, attempt: 1, now };
    await store.counters.reserve({ ...request, entries: [{ counter, amount: 5, bound }], expiresAt: now + 60_000 });
    await store.counters.settle({ ...request, used: [{ counter, amount: 3 }] });
    attempts++;
  }
}

const delay = monitorEventLoopDelay({ resolution: 1 });
delay.enable();
await Promise.all(Array.from({ length: 64 }, (_, id) => caller(id)));
delay.disable();
await store.close();
rmSync(folder, { recursive: true });
const ms = (nanoseconds: number) => `${(nanoseconds / 1e6).toFixed(1)} ms`;
const perSecond = Math.round(attempts / seconds).toLocaleString('en');
process.stdout.write(
  `sqlite, 64 callers: ${perSecond} attempts/s (reserve and settle); event loop delay p99 ${ms(delay.percentile(99))}, most ${ms(delay.max)}\n`,
);
