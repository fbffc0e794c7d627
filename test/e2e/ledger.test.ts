import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Ledger } from '../../src/ledger/ledger.ts';
import type { KeptEntry } from '../../src/ledger/ledger-entry.ts';
import { openSqliteLedger } from '../../src/ledger/sqlite/ledger.ts';
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
    const callers = Array.from({ length: 16 }, call);
    await until('enough answers', () => (finished.length >= 200 * scale ? true : undefined));
    gateway.process.kill('SIGKILL');
    await Promise.all(callers);
    const again = await startGateway(folder);
    const ledger = await openSqliteLedger({ file: join(folder, '.llmpolicy/ledger.db') });
    const kept = await entriesOf(ledger);
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
    const sums = { requests: 3, inputTokens: 15, outputTokens: 15, cachedTokens: 0, cost: '0.000045', saved: '0' };
    expect(JSON.parse(usage.out)).toMatchObject({
      currency: 'USD',
      total: sums,
      rows: [{ 'tag.job': 'tests', ...sums }],
    });
    const csv = await run('usage', '--by', 'model', '--format', 'csv');
    expect(csv.out).toBe(
      'model,requests,inputTokens,outputTokens,cachedTokens,cost,saved\necho,3,15,15,0,0.000045,0\n',
    );
    expect((await run('usage')).out).toMatch(/total +3 +15 +15 +0 +0\.000045/);
    expect((await run('usage', '--by', 'colour')).exitCode).toBe(2);
    expect((await run('usage', '--since', 'soon')).err).toContain('write a duration like `7d`');
    const exported = await run('ledger', 'export', '--since', '1h');
    const lines = exported.out
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(lines).toHaveLength(3);
    expect(lines[0]).toMatchObject({ state: 'served', facts: { 'request.user': 'anna' }, cost: '0.000015' });
    const forgotten = await run('ledger', 'forget', '--user', 'anna');
    expect(forgotten.err).toContain('3 entries');
    expect((await run('ledger', 'export')).out).toBe('');
    expect(JSON.parse((await run('usage', '--format', 'json')).out).total.requests).toBe(3);
  });
});
