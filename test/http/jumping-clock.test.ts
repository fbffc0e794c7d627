import fc from 'fast-check';
import { expect, it } from 'vitest';
import { compileSource } from '../../src/compile/compile-source.ts';
import { createSource } from '../../src/diagnostics/source.ts';
import { systemClock } from '../../src/gateway/clock.ts';
import { serveCompiled } from '../../src/gateway/compile-served.ts';
import { noLedger } from '../../src/ledger/no-ledger.ts';
import { counterAt } from '../../src/stores/counter-at.ts';
import { configOf, sandboxInventory } from '../gateway/sample-config.ts';
import { runs } from '../support/runs.ts';
import { runGateway } from './running-gateway.ts';

const dayMs = 86_400_000;
const start = Date.UTC(2026, 0, 5, 12);
const config = configOf(sandboxInventory);
/** `hello` is three tokens in at $1 a million, and three out at $2. */
const cost = 3000;
const body = { model: 'echo', messages: [{ role: 'user', content: 'hello' }] };

/** A gateway whose wall clock is what the test says; what measures durations goes on as it does. */
async function gatewayAt(rules: string) {
  const text = `edition 2026\npolicy "clock"\n${rules}\nroutes { otherwise use echo }\n`;
  const { value, diagnostics } = compileSource(createSource('clock.llmpolicy', text), config.environment);
  if (!value) throw new Error(diagnostics.map(({ message }) => message).join('\n'));
  const time = { wall: start, passed: 0 };
  const clock = { ...systemClock, now: () => systemClock.now() + time.passed, wallNow: () => time.wall };
  const gateway = await runGateway(config, serveCompiled(value), '', noLedger, clock);
  const ask = async () => {
    const response = await gateway.post(body);
    await response.text();
    await gateway.settled();
    return response.status;
  };
  const standing = async (name: string, window: 'ever' | 'concurrent', amount: number) => {
    const rule = { policy: 'clock', name, window, amount, burst: undefined, each: {} };
    return (await gateway.store.counters.read([counterAt(rule, time.wall, 'UTC')], time.wall))[0];
  };
  return { time, ask, standing };
}

it('no jump makes a counter negative, loses spend, or leaves anything reserved', async () => {
  const rules = 'budget all $100 per ever\nlimit open 10 concurrent\nlimit rpm 1M req per min\nlimit tpm 1M tok per 1m';
  const jump = fc.integer({ min: -2000 * dayMs, max: 2000 * dayMs });
  await fc.assert(
    fc.asyncProperty(fc.array(jump, { minLength: 1, maxLength: 6 }), async (jumps) => {
      const { time, ask, standing } = await gatewayAt(rules);
      expect(await ask()).toBe(200);
      for (const by of jumps) {
        time.wall = start + by;
        expect(await ask()).toBe(200);
      }
      expect(await standing('all', 'ever', 100e9)).toEqual({ settled: (jumps.length + 1) * cost, open: 0 });
      expect(await standing('open', 'concurrent', 10)).toEqual({ settled: 0, open: 0 });
    }),
    { numRuns: runs(8) },
  );
});

it('a clock that was ahead is not believed for longer than a second: facts are no older', async () => {
  const { time, ask } = await gatewayAt('budget all $0.02 per ever\ndeny request when budget.all.used >= 0.01%');
  time.wall = start + 400 * dayMs;
  expect([await ask(), await ask()]).toEqual([200, 200]);
  time.wall = start;
  time.passed += 1001;
  expect(await ask()).toBe(403);
});

it('a limit that was used up by a clock that was ahead refills from now', async () => {
  const { time, ask } = await gatewayAt('limit few 2 req per 20s');
  time.wall = start + 400 * dayMs;
  expect([await ask(), await ask(), await ask()]).toEqual([200, 200, 429]);
  time.wall = start;
  time.passed += 1001;
  expect(await ask()).toBe(429);
  time.wall += 10_000;
  time.passed += 10_000;
  expect(await ask()).toBe(200);
});
