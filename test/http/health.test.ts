import { describe, expect, it } from 'vitest';
import { systemClock } from '../../src/gateway/clock.ts';
import { noLedger } from '../../src/ledger/no-ledger.ts';
import { answerJson, completion, scriptUpstream } from '../providers/scripted-upstream.ts';
import { servedInventory } from '../support/served-inventory.ts';
import { until } from '../support/until.ts';
import { runGateway } from './running-gateway.ts';

const messages = [{ role: 'user' as const, content: 'hello' }];
const fallback = 'routes { otherwise use { first, second } }';

/** Circuits rest by the wall clock, which goes on where a test says so. */
const start = Date.UTC(2026, 0, 5, 12);

/** Two models on one upstream, of which the first fails while `isIll`, and an admin token. */
async function openGateway(circuit: string, rules = fallback, apiKey = 'k') {
  const upstream = { isIll: true, status: 500, calls: [] as string[] };
  const { baseUrl } = await scriptUpstream((response, { body }) => {
    const { model } = JSON.parse(body);
    upstream.calls.push(model);
    if (model !== 'first' || !upstream.isIll) return answerJson(response, 200, completion);
    return answerJson(response, upstream.status, { error: { message: 'ill' } });
  });
  const { config, policy } = servedInventory(
    `
auth: { required: false, admin_token: the-token-of-admins }
circuit: ${circuit}
providers:
  one: { kind: openai, base_url: "${baseUrl}", api_key: ${apiKey}, region: eu }
  two: { kind: openai, base_url: "${baseUrl}", api_key: other, region: eu }
models:
  first: { provider: one, price: free, context_window: 8k }
  second: { provider: two, price: free, context_window: 8k }
`,
    rules,
  );
  const time = { passed: 0 };
  const clock = { ...systemClock, wallNow: () => start + time.passed };
  const gateway = await runGateway(config, policy, '', noLedger, clock);
  const ask = async (headers: Record<string, string> = {}) => {
    const response = await gateway.post({ model: 'first', messages }, headers);
    return {
      status: response.status,
      attempts: response.headers.get('x-llmpolicy-attempts'),
      body: (await response.json()) as { facts: Record<string, unknown> },
    };
  };
  const health = async () => {
    const headers = { authorization: 'Bearer the-token-of-admins' };
    return ((await (await fetch(`${gateway.url}/admin/health`, { headers })).json()) as { models: unknown }).models;
  };
  const metric = async (name: string) => {
    const text = await (await fetch(`${gateway.url}/metrics`)).text();
    return text
      .split('\n')
      .find((line) => line.startsWith(name))
      ?.split(' ')
      .at(-1);
  };
  return { ...gateway, upstream, ask, health, metric, time };
}

describe('a model that fails and fails', () => {
  it('is asked last, until one call finds that it is well again', async () => {
    const { ask, upstream, health, metric, logText, time } = await openGateway('{ failures: 3, rest: 5s }');
    const attempts: (string | null)[] = [];
    for (let request = 0; request < 4; request++) attempts.push((await ask()).attempts);
    expect(attempts).toEqual(['2', '2', '2', '1']);
    expect(await health()).toMatchObject([
      { model: 'first', up: false, failuresInARow: 3 },
      { model: 'second', up: true, circuit: 'closed', latencyMs: expect.any(Number) },
    ]);
    expect(await metric('llmpolicy_model_up{model="first"')).toBe('0');
    upstream.isIll = false;
    upstream.calls.length = 0;
    time.passed += 4999;
    await ask();
    expect(upstream.calls).toEqual(['second']);
    time.passed += 1;
    await until('it to be asked', async () => (await ask()) && (upstream.calls.includes('first') || undefined));
    expect(await health()).toMatchObject([{ model: 'first', up: true, circuit: 'closed' }, {}]);
    expect(await metric('llmpolicy_circuit_state{model="first"')).toBe('0');
    expect(logText()).toMatch(/"upstream":"model\/first","msg":"circuit opened"[\s\S]*"circuit closed"/);
  });

  it('is shown to be down by a dry run, which tries nothing', async () => {
    const { ask, upstream } = await openGateway('{ failures: 1, rest: 1ms }');
    await ask();
    const { body } = await ask({ 'x-llmpolicy-dry-run': 'true', authorization: 'Bearer the-token-of-admins' });
    expect(body).toMatchObject({
      facts: { 'first.up': false },
      attempts: [{ model: 'second' }, { model: 'first' }],
    });
    expect(upstream.calls).toEqual(['first', 'second']);
  });

  it('goes on being asked where nothing else is in the plan, or where the config says so', async () => {
    const lonely = await openGateway('{ failures: 1 }', 'routes { otherwise use first }');
    const careless = await openGateway('off');
    for (let request = 0; request < 3; request++) {
      expect((await lonely.ask()).status).toBe(502);
      expect((await careless.ask()).attempts).toBe('2');
    }
    expect(lonely.upstream.calls).toEqual(['first', 'first', 'first']);
    expect(await careless.health()).toMatchObject([{ up: true, circuit: 'off' }, {}]);
  });

  it('is not taken for down by what callers do wrong', async () => {
    const { ask, upstream, health } = await openGateway('{ failures: 1 }');
    upstream.status = 400;
    await ask();
    expect(await health()).toMatchObject([{ model: 'first', up: true }, {}]);
  });

  it('can be kept out of every plan, and comes back all the same', async () => {
    const rules = `deny model when not model.up\n${fallback}`;
    const { ask, upstream, health, time } = await openGateway('{ failures: 1, rest: 5s }', rules);
    await ask();
    upstream.isIll = false;
    time.passed += 5000;
    await until('it to be asked', async () => (await ask()) && (upstream.calls.lastIndexOf('first') > 0 || undefined));
    expect(await health()).toMatchObject([{ model: 'first', up: true }, {}]);
  });
});

describe('a model all of whose keys rest', () => {
  it('is not up', async () => {
    const { ask, upstream, health } = await openGateway('{ failures: 9 }', `${fallback}\nfallback on { auth }`);
    upstream.status = 401;
    expect((await ask()).attempts).toBe('2');
    expect((await ask()).attempts).toBe('1');
    expect(await health()).toMatchObject([{ model: 'first', up: false, circuit: 'closed', keysRest: true }, {}]);
  });
});

describe('`fastest of`', () => {
  it('goes by what calls took', async () => {
    const { ask, upstream } = await openGateway(
      '{ failures: 9 }',
      'routes { otherwise use fastest of { first, second } }',
    );
    upstream.isIll = true;
    await ask();
    upstream.isIll = false;
    // Only the second has ever answered: what was never measured comes last.
    await ask();
    expect(upstream.calls).toEqual(['first', 'second', 'second']);
    const { body } = await ask({ 'x-llmpolicy-dry-run': 'true', authorization: 'Bearer the-token-of-admins' });
    expect(body.facts['second.latency']).toMatch(/^\d+ms$|^\d+s$/);
  });
});
