import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, expect, it } from 'vitest';
import { graceMs } from '../../src/gateway/meter.ts';
import { longestCallMs } from '../../src/gateway/spending.ts';
import type { Ledger } from '../../src/ledger/ledger.ts';
import type { KeptEntry } from '../../src/ledger/ledger-entry.ts';
import { openSqliteLedger } from '../../src/ledger/sqlite/ledger.ts';
import { counterAt } from '../../src/stores/counter-at.ts';
import { openSqliteStore } from '../../src/stores/sqlite/store.ts';
import { runMain } from '../support/command.ts';
import { projectFolder } from '../support/project-folder.ts';
import { until } from '../support/until.ts';
import { startGateway } from './gateway-process.ts';

const scale = Number(process.env['LLMPOLICY_TEST_SCALE'] ?? 1);
const messages = [{ role: 'user', content: 'Hello!' }];
const files = {
  'gateway.config.yaml': `
version: 1
policy: main.llmpolicy
auth: { required: false }
providers: { sandbox: { kind: sandbox, region: eu } }
models:
  echo: { provider: sandbox, price_in: $1, price_out: $2, context_window: 32k }
  slow: { provider: sandbox, upstream: slow, price_in: $1, price_out: $2, context_window: 32k }
`,
  'main.llmpolicy': `edition 2026
policy "main"
routes { otherwise use requested then echo }
budget all $1000 per ever
limit open 1000 concurrent
tag job = "tests"
`,
};

async function entriesOf(ledger: Ledger): Promise<readonly KeptEntry[]> {
  const entries: KeptEntry[] = [];
  let after: string | null = null;
  do {
    const page = await ledger.page({ filter: {}, since: 0, until: Date.now() + 1000, size: 200, after });
    entries.push(...page.entries);
    after = page.next;
  } while (after !== null);
  return entries;
}

const atOnce = 16;
/** Five tokens in at $1 a million, and five out at $2. */
const cost = 6000;

/**
 * What was settled is no more than was begun, and no less than was finished, but for the last of each caller: with what came after it the
 * store has heard of everything before. What was open when the process died is open until it expires, and no longer.
 */
async function expectSoundCounters(folder: string, finished: number, begun: number): Promise<void> {
  const file = join(folder, '.llmpolicy/gateway.db');
  const store = await openSqliteStore({ file });
  const identity = { policy: 'main', burst: undefined, each: {} };
  const all = { ...identity, name: 'all', window: 'ever', amount: 1e12 } as const;
  const open = { ...identity, name: 'open', window: 'concurrent', amount: 1000 } as const;
  const counters = [counterAt(all, 0, 'UTC'), counterAt(open, 0, 'UTC')];
  const [spent, running] = await store.counters.read(counters, Date.now());
  expect(spent?.settled).toBeGreaterThanOrEqual((finished - atOnce) * cost);
  expect(spent?.settled).toBeLessThanOrEqual(begun * cost);
  expect(running?.open).toBeGreaterThan(0);
  const afterwards = Date.now() + longestCallMs + graceMs;
  // What is past its time is cleared away a step at a time.
  for (let step = 0; step < 10 + begun / 50; step++) await store.counters.read(counters, afterwards);
  expect(await store.counters.read(counters, afterwards)).toEqual([
    { settled: spent?.settled, open: 0 },
    { settled: 0, open: 0 },
  ]);
  await store.close();
  const database = new DatabaseSync(file, { readOnly: true });
  const rows = database.prepare(`select row from records where kind in ('counter', 'reservation')`).all();
  database.close();
  expect(rows.length).toBeGreaterThan(0);
  for (const { row } of rows) expect(String(row)).not.toMatch(/:-\d|NaN|null|"state":"open"/);
}

describe('a gateway that is killed under load', () => {
  it('has an entry of every answer that a caller has read, and ends what was open when it is looked after again', async () => {
    const folder = projectFolder(files);
    const gateway = await startGateway(folder);
    const finished: string[] = [];
    let count = 0;
    const call = async (): Promise<void> => {
      for (;;) {
        const id = `kill-${++count}`;
        const model = count % 10 === 0 ? 'slow' : 'echo';
        try {
          const response = await gateway.post({ model, messages, stream: count % 2 === 0 }, { 'x-request-id': id });
          await response.text();
          if (response.ok) finished.push(id);
        } catch {
          return;
        }
      }
    };
    const callers = Array.from({ length: atOnce }, call);
    await until('enough answers', () => (finished.length >= 200 * scale ? true : undefined));
    gateway.process.kill('SIGKILL');
    await Promise.all(callers);
    // Before another process can end what this one has left open.
    const ledger = await openSqliteLedger({ file: join(folder, '.llmpolicy/ledger.db') });
    const kept = await entriesOf(ledger);
    const again = await startGateway(folder);
    await expectSoundCounters(folder, finished.length, count);
    const ids = new Set(kept.map(({ requestId }) => requestId));
    expect(finished.filter((id) => !ids.has(id))).toEqual([]);
    expect(kept.some(({ state }) => state === 'open')).toBe(true);
    await ledger.tend({ now: Date.now() + 60_000, leaseMs: 0, keepMs: null });
    const states = (await entriesOf(ledger)).map(({ state }) => state);
    expect(states).not.toContain('open');
    expect(states).toContain('interrupted');
    await ledger.close();
    expect((await again.post({ model: 'echo', messages })).status).toBe(200);
  });
});

describe('the commands about what was used and kept', () => {
  it('tell usage, export entries and forget users', async () => {
    const folder = projectFolder(files);
    const gateway = await startGateway(folder);
    for (let times = 0; times < 3; times++) {
      await (await gateway.post({ model: 'echo', messages, user: 'anna' })).text();
    }
    gateway.process.kill('SIGTERM');
    await gateway.ended;
    const config = join(folder, 'gateway.config.yaml');
    const run = (...words: string[]) => runMain(...words, '--config', config);
    const usage = await run('usage', '--by', 'tag.job', '--since', '1h', '--format', 'json');
    expect(usage.err).toBe('');
    const sums = { requests: 3, inputTokens: 6, outputTokens: 6, cachedTokens: 0, cost: '0.000018', saved: '0' };
    expect(JSON.parse(usage.out)).toMatchObject({
      currency: 'USD',
      total: sums,
      rows: [{ 'tag.job': 'tests', ...sums }],
    });
    const csv = await run('usage', '--by', 'model', '--format', 'csv');
    expect(csv.out).toBe('model,requests,inputTokens,outputTokens,cachedTokens,cost,saved\necho,3,6,6,0,0.000018,0\n');
    expect((await run('usage')).out).toMatch(/total +3 +6 +6 +0 +0\.000018/);
    expect((await run('usage', '--by', 'colour')).exitCode).toBe(2);
    expect((await run('usage', '--since', 'soon')).err).toContain('write a duration like `7d`');
    const exported = await run('ledger', 'export', '--since', '1h');
    const lines = exported.out
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(lines).toHaveLength(3);
    expect(lines[0]).toMatchObject({ state: 'served', facts: { 'request.user': 'anna' }, cost: '0.000006' });
    const forgotten = await run('ledger', 'forget', '--user', 'anna');
    expect(forgotten.err).toContain('3 entries');
    expect((await run('ledger', 'export')).out).toBe('');
    expect(JSON.parse((await run('usage', '--format', 'json')).out).total.requests).toBe(3);
  });
});
