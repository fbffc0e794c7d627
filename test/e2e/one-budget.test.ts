import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { Agent, request } from 'undici';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createStore } from '../../src/assemble-store.ts';
import { counterAt } from '../../src/stores/counter-at.ts';
import { startCountingUpstream } from '../support/counting-upstream.ts';
import { projectFolder } from '../support/project-folder.ts';
import { hasRedis, startRedis } from '../support/redis-server.ts';
import { startRestBridge } from '../support/rest-bridge.ts';
import { runs } from '../support/runs.ts';
import { startGateway } from './gateway-process.ts';

const processes = 4;
/** At `LLMPOLICY_TEST_SCALE=4` sixty-four callers for each process. */
const callersEach = Math.min(64, runs(16));

/** 500 tokens in at $4 and 500 out at $6 a million: each answer costs half a cent, of one dollar. */
const cost = 5_000_000;
const dollar = 1_000_000_000;
/** More than five hundred tokens, as people write them: what is reserved is no less than what is used. */
const prose = readFileSync(new URL('../../LICENSE', import.meta.url), 'utf8').repeat(3);
const body = JSON.stringify({
  model: 'm',
  max_tokens: 500,
  messages: [{ role: 'user', content: prose }],
});
const policy = 'edition 2026\npolicy "spend"\nbudget all $1 per ever\nroutes { otherwise use m }\n';

interface StoreUnderTest {
  readonly url: string;
  readonly token?: string;
}

async function openRedis(): Promise<StoreUnderTest> {
  const redis = await startRedis();
  onTestFinished(() => redis.stop());
  return { url: redis.url };
}

async function openUpstash(): Promise<StoreUnderTest> {
  const bridge = await startRestBridge((await openRedis()).url);
  onTestFinished(() => bridge.stop());
  return { url: `upstash:${bridge.url}`, token: bridge.token };
}

function configFor(upstream: string, { url, token }: StoreUnderTest): string {
  return `version: 1
policy: main.llmpolicy
auth: { required: false }
server: { port: 0 }
store: { url: "${url}"${token === undefined ? '' : `, token: ${token}`} }
providers: { up: { kind: openai-compatible, base_url: "${upstream}/v1", api_key: k, region: eu } }
models: { m: { provider: up, upstream: m, price_in: $4, price_out: $6, context_window: 32k } }
`;
}

interface Tally {
  served: number;
  /** What the store had settled when somebody was refused for good. */
  readonly refusedAt: number[];
  readonly others: number[];
}

describe.each([
  ['SQLite', true, async () => ({ url: 'sqlite:gateway.db' })],
  ['Redis', hasRedis, openRedis],
  ['Upstash', hasRedis, openUpstash],
] as const)('one dollar for four gateways on one %s', (_, isHere, open) => {
  it.skipIf(!isHere)('is spent whole, never twice, and refuses nobody for good before it is', async () => {
    const upstream = await startCountingUpstream({ promptTokens: 500, completionTokens: 500, delayMs: 20 });
    const used = await open();
    const folder = projectFolder({ 'gateway.config.yaml': configFor(upstream.url, used), 'main.llmpolicy': policy });
    const gateways = await Promise.all(Array.from({ length: processes }, () => startGateway(folder)));
    const store = await createStore({ ...used, url: used.url }, folder);
    onTestFinished(() => store.close());
    const counter = counterAt(
      { policy: 'spend', name: 'all', window: 'ever', amount: dollar, burst: undefined, each: {} },
      0,
      'UTC',
    );
    const standing = async () => (await store.counters.read([counter], Date.now()))[0] ?? { settled: -1, open: -1 };
    const tally: Tally = { served: 0, refusedAt: [], others: [] };
    const callers = gateways.flatMap(({ url }) =>
      Array.from({ length: callersEach }, () => call(url, tally, standing)),
    );
    await Promise.all(callers);
    await Promise.all(gateways.map(({ process }) => process.kill('SIGTERM')));
    await Promise.all(gateways.map(({ ended }) => ended));
    const { settled, open: reserved } = await standing();
    expect(tally.others).toEqual([]);
    expect(settled).toBe(tally.served * cost);
    expect(ledgerSums(folder)).toEqual({ served: tally.served, cost: settled, open: 0 });
    expect(upstream.bodies).toHaveLength(tally.served);
    expect(settled).toBeLessThanOrEqual(dollar);
    expect(settled).toBeGreaterThanOrEqual(dollar - cost);
    expect(reserved).toBe(0);
    expect(Math.min(...tally.refusedAt)).toBeGreaterThanOrEqual(dollar - cost);
  });
});

/** What the rows of the ledger come to. */
function ledgerSums(folder: string) {
  const database = new DatabaseSync(join(folder, '.llmpolicy/ledger.db'), { readOnly: true });
  try {
    const sums = database.prepare(
      `select sum(state = 'served') as served, sum(state = 'open') as open, sum(coalesce(json_extract(ended, '$.cost'), 0)) as cost
       from entries`,
    );
    return { ...sums.get() };
  } finally {
    database.close();
  }
}

/**
 * Asks until it is told that the money is gone; whoever is only asked to wait waits, also while the store takes its time because the machine
 * does.
 */
async function call(url: string, tally: Tally, standing: () => Promise<{ readonly settled: number }>): Promise<void> {
  const dispatcher = new Agent({ connections: 1 });
  for (;;) {
    const answer = await request(`${url}/v1/chat/completions`, { method: 'POST', body, dispatcher });
    const text = await answer.body.text();
    if (answer.statusCode === 200) tally.served += 1;
    else if (answer.statusCode === 402) {
      tally.refusedAt.push((await standing()).settled);
      break;
    } else if (answer.headers['x-should-retry'] === 'false') break;
    else if (answer.statusCode !== 429 && !text.includes('store_unavailable')) {
      tally.others.push(answer.statusCode);
      break;
    } else await new Promise((resolve) => setTimeout(resolve, 50));
  }
  await dispatcher.close();
}
