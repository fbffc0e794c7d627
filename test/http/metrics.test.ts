import { describe, expect, it } from 'vitest';
import type { Decision } from '../../src/decide/decision.ts';
import { configOf, sandboxInventory } from '../gateway/sample-config.ts';
import { decisionFor, policyOf } from '../gateway/sample-decision.ts';
import { runGateway } from './running-gateway.ts';

const messages = [{ role: 'user' as const, content: 'hello' }];

/** By name and labels, as Prometheus reads the text. */
function readMetrics(text: string): ReadonlyMap<string, number> {
  const lines = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  return new Map(
    lines.map((line) => [line.slice(0, line.lastIndexOf(' ')), Number(line.slice(line.lastIndexOf(' ')))]),
  );
}

async function openGateway(models: readonly string[], more: Partial<Decision> = {}) {
  const config = configOf(sandboxInventory);
  const gateway = await runGateway(
    config,
    policyOf(() => decisionFor(config, models, more)),
  );
  const scrape = async () => {
    const response = await fetch(`${gateway.url}/metrics`);
    expect(response.headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8');
    return response.text();
  };
  return { ...gateway, scrape, read: async () => readMetrics(await scrape()) };
}

describe('/metrics', () => {
  it('counts requests, attempts, failures, tokens and spend', async () => {
    const { client, read, logLines } = await openGateway(['broken', 'echo']);
    await client.chat.completions.create({ model: 'echo', messages });
    for await (const _ of await client.chat.completions.create({ model: 'echo', messages, stream: true }));
    await logLines(2);
    const metrics = await read();
    const served = 'endpoint="chat",outcome="served"';
    const onEcho = 'model="echo",provider="sandbox"';
    const onBroken = 'model="broken",provider="sandbox"';
    for (const [name, value] of [
      [`llmpolicy_requests_total{${served},status="2xx"}`, 2],
      [`llmpolicy_request_duration_seconds_count{${served}}`, 2],
      ['llmpolicy_first_token_seconds_count{model="echo"}', 1],
      ['llmpolicy_overhead_seconds_count{endpoint="chat"}', 2],
      ['llmpolicy_decision_seconds_count', 2],
      [`llmpolicy_attempts_total{${onEcho}}`, 2],
      [`llmpolicy_attempts_total{${onBroken}}`, 2],
      [`llmpolicy_attempt_failures_total{${onBroken},failure="server_error"}`, 2],
      [`llmpolicy_attempt_duration_seconds_count{${onEcho}}`, 2],
      ['llmpolicy_tokens_total{model="echo",kind="output"}', 2],
      ['llmpolicy_tokens_total{model="echo",kind="input"}', 2],
      ['llmpolicy_policy_info{policy="sample",digest="sha256:sample",origin="file"}', 1],
      ['llmpolicy_policy_differs{policy="sample"}', 0],
      ['llmpolicy_policy_behind{policy="sample"}', 0],
      [`llmpolicy_build_info{version="0.0.0",node="${process.version}"}`, 1],
    ] as const) {
      expect([name, metrics.get(name)]).toEqual([name, value]);
    }
    expect(metrics.get('llmpolicy_spend_total{model="echo",currency="USD"}')).toBeCloseTo(0.000006, 9);
    for (const name of metrics.keys()) expect(name).toMatch(/^llmpolicy_/);
  });

  it('counts what the policy and the door refuse', async () => {
    const reject = { status: 429, code: 'limit-exhausted', message: 'slow down', rules: ['key-rpm'] };
    const { post, read, logLines } = await openGateway([], { outcome: 'reject', reject });
    await post({ model: 'echo', messages });
    await post('not JSON');
    await logLines(2);
    const metrics = await read();
    for (const name of [
      'llmpolicy_requests_total{endpoint="chat",outcome="rejected",status="4xx"}',
      'llmpolicy_requests_total{endpoint="chat",outcome="refused",status="4xx"}',
      'llmpolicy_policy_refusals_total{code="limit-exhausted"}',
      'llmpolicy_limit_refusals_total{limit="key-rpm"}',
      'llmpolicy_errors_total{code="invalid_json"}',
      'llmpolicy_errors_total{code="limit-exhausted"}',
    ]) {
      expect([name, metrics.get(name)]).toEqual([name, 1]);
    }
  });

  it('shows the fullest counter of a budget since it was last asked, and no value of `for each`', async () => {
    const plain = { caps: {}, limits: [], cache: null, guards: [], set: {}, tags: {}, mirrors: [], notify: [] };
    const budgets = [
      { name: 'team-month', each: { 'caller.team': 'a-team' }, used: '84%' },
      { name: 'team-month', each: { 'caller.team': 'b-team' }, used: '12.5%' },
    ];
    const { post, scrape, logLines } = await openGateway(['echo'], { obligations: { ...plain, budgets } });
    await post({ model: 'echo', messages });
    await logLines(1);
    const text = await scrape();
    expect(readMetrics(text).get('llmpolicy_budget_used_ratio{budget="team-month"}')).toBe(0.84);
    expect(text).not.toContain('a-team');
    expect(await scrape()).not.toContain('llmpolicy_budget_used_ratio{');
  });

  it('has as many lines whatever callers say', async () => {
    const { url, post, read, logLines } = await openGateway(['echo']);
    await post({ model: 'echo', messages });
    await fetch(`${url}/v1/none`);
    await logLines(2);
    const before = (await read()).size;
    for (let request = 0; request < 20; request++) {
      await post({ model: `model-${request}`, messages }, { 'x-request-id': `id-${request}`, 'x-x': `x-${request}` });
      await fetch(`${url}/v1/none-${request}`);
    }
    await logLines(42);
    expect((await read()).size).toBe(before);
  });
});
