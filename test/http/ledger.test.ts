import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { Ledger } from '../../src/ledger/ledger.ts';
import { noLedger } from '../../src/ledger/no-ledger.ts';
import { openSqliteLedger } from '../../src/ledger/sqlite/ledger.ts';
import { StoreUnavailable } from '../../src/stores/store.ts';
import { configOf } from '../gateway/sample-config.ts';
import { decisionFor, policyOf } from '../gateway/sample-decision.ts';
import { answerJson, completion, scriptUpstream } from '../providers/scripted-upstream.ts';
import { type RunningGateway, runGateway } from './running-gateway.ts';

const messages = [{ role: 'user' as const, content: 'a very private prompt' }];
const inventory = (ledger = 'off') => `
auth: { required: false, admin_token: adm1n-token }
ledger: ${ledger}
providers: { sandbox: { kind: sandbox, region: eu } }
models:
  echo: { provider: sandbox, price_in: $1, price_out: $2, context_window: 32k }
  broken: { provider: sandbox, upstream: fail-500, context_window: 32k }
  cut: { provider: sandbox, upstream: cut-stream, price_in: $1, price_out: $2, context_window: 32k }
attributes:
  request.secret: { type: string, optional: true, sensitive: true, from: [header x-secret] }
  request.deadline: { type: duration, optional: true, from: [header x-deadline] }
`;
const admin = { authorization: 'Bearer adm1n-token' };

async function openLedger(): Promise<Ledger> {
  const folder = mkdtempSync(join(tmpdir(), 'llmpolicy-http-ledger-'));
  const ledger = await openSqliteLedger({ file: join(folder, 'ledger.db') });
  onTestFinished(async () => {
    await ledger.close();
    rmSync(folder, { recursive: true });
  });
  return ledger;
}

async function start(models: readonly string[], settings = 'off', ledger?: Ledger): Promise<RunningGateway> {
  const config = configOf(inventory(settings));
  const tags = { cost_center: 'lab' };
  const decide = () => {
    const decision = decisionFor(config, models);
    return { ...decision, obligations: { ...decision.obligations, tags } };
  };
  return runGateway(config, policyOf(decide), '', ledger ?? (await openLedger()));
}

const get = async (gateway: RunningGateway, path: string, headers: Record<string, string> = admin) => {
  const response = await fetch(`${gateway.url}${path}`, { headers });
  return { status: response.status, body: JSON.parse(await response.text()) };
};
const requestsOf = async (gateway: RunningGateway, query = '') => {
  await gateway.settled();
  return (await get(gateway, `/admin/requests${query}`)).body.requests as Record<string, unknown>[];
};

describe('the ledger', () => {
  it('has one entry for a request: facts, decision, attempts, usage, cost and labels, and no content', async () => {
    const gateway = await start(['broken', 'echo']);
    const headers = {
      'x-request-id': 'r-1',
      'x-llmpolicy-label-job': 'nightly',
      'x-deadline': '90s',
      'x-secret': 'hush',
    };
    await (await gateway.post({ model: 'auto', messages, user: 'anna' }, headers)).text();
    const entries = await requestsOf(gateway);
    expect(entries).toMatchObject([
      {
        requestId: 'r-1',
        state: 'served',
        key: 'anonymous',
        claimedUser: 'anna',
        endpoint: 'chat',
        modelAsked: 'auto',
        modelServed: 'echo',
        policy: { digest: 'sha256:sample' },
        route: 'main',
        facts: {
          'request.deadline': '90s',
          'request.model': 'auto',
          'request.user': 'anna',
          'caller.key': 'anonymous',
        },
        attempts: [
          { model: 'broken', failure: 'server_error', status: 500 },
          { model: 'echo', failure: null },
        ],
        usage: { inputTokens: 4, outputTokens: 4 },
        cost: '0.000012',
        labels: { job: 'nightly' },
        tags: { cost_center: 'lab' },
        latencyMs: expect.any(Number),
        overheadMs: expect.any(Number),
        error: null,
      },
    ]);
    const text = JSON.stringify(entries);
    expect(text).not.toContain('private prompt');
    expect(text).not.toContain('hush');
  });

  it('keeps the bodies of requests where the config asks for it', async () => {
    const gateway = await start(['echo'], '{ content: true }');
    await (await gateway.post({ model: 'auto', messages })).text();
    expect(await requestsOf(gateway)).toMatchObject([{ content: { model: 'auto', messages } }]);
  });

  it('tells how requests ended that no model answered, or not to the end', async () => {
    const gateway = await start(['broken']);
    await (await gateway.post({ model: 'auto', messages })).text();
    expect(await requestsOf(gateway)).toMatchObject([
      { state: 'failed', modelServed: null, error: 'all_attempts_failed' },
    ]);
    const other = await start(['cut']);
    await (await other.post({ model: 'auto', messages, stream: true })).text();
    expect(await requestsOf(other)).toMatchObject([{ state: 'broken', modelServed: 'cut', error: 'stream_cut' }]);
  });

  it('tells of callers that went away, before and amid their answer', async () => {
    const arrived = Promise.withResolvers<void>();
    const upstream = await scriptUpstream(() => arrived.resolve());
    const config = configOf(`
auth: { required: false, admin_token: adm1n-token }
providers: { own: { kind: openai-compatible, base_url: "${upstream.baseUrl}", region: eu } }
models: { own: { provider: own, context_window: 32k } }
`);
    const decide = policyOf(() => decisionFor(config, ['own']));
    const gateway = await runGateway(config, decide, '', await openLedger());
    const leaving = new AbortController();
    const gone = fetch(`${gateway.url}/v1/chat/completions`, {
      method: 'POST',
      body: JSON.stringify({ model: 'own', messages }),
      signal: leaving.signal,
    }).catch(() => 'gone');
    await arrived.promise;
    leaving.abort();
    expect(await gone).toBe('gone');
    await gateway.logLines(1);
    let [entry] = await requestsOf(gateway);
    while (entry?.['state'] === 'open') [entry] = await requestsOf(gateway);
    expect(entry).toMatchObject({ state: 'aborted', modelServed: null });
  });

  it('has no entry of a dry run', async () => {
    const gateway = await start(['echo']);
    await (await gateway.post({ model: 'auto', messages }, { 'x-llmpolicy-dry-run': 'true' })).text();
    expect(await requestsOf(gateway)).toEqual([]);
  });

  it('is written before the first byte of an answer', async () => {
    const ledger = await openLedger();
    const begun: string[] = [];
    const slow: Ledger = {
      ...ledger,
      async begin(entry) {
        await new Promise((resolve) => setTimeout(resolve, 30));
        await ledger.begin(entry);
        begun.push('begun');
      },
    };
    const gateway = await start(['echo'], 'off', slow);
    const response = await gateway.post({ model: 'auto', messages, stream: true });
    expect(response.ok).toBe(true);
    expect(begun).toEqual(['begun']);
    await response.text();
  });
});

describe('a ledger that cannot be written', () => {
  const full: Ledger = {
    ...noLedger,
    keeps: true,
    begin: () => Promise.reject(new StoreUnavailable('full', 'the ledger sqlite:x did not answer: its disk is full')),
  };

  it('stops serving, says why in the log, and calls no model for what cannot be kept', async () => {
    let calls = 0;
    const upstream = await scriptUpstream((response) => {
      calls++;
      answerJson(response, 200, completion);
    });
    const config = configOf(`
providers: { own: { kind: openai-compatible, base_url: "${upstream.baseUrl}", region: eu } }
models: { own: { provider: own, context_window: 32k } }
`);
    const gateway = await runGateway(
      config,
      policyOf(() => decisionFor(config, ['own'])),
      '',
      full,
    );
    for (let times = 0; times < 3; times++) {
      const response = await gateway.post({ model: 'own', messages });
      expect(response.status).toBe(503);
      expect(response.headers.get('retry-after')).toBe('1');
      expect(await response.json()).toMatchObject({ error: { code: 'ledger_unavailable' } });
    }
    // The first finds it out while its plan is carried out.
    expect(calls).toBeLessThanOrEqual(1);
    await gateway.logLines(4);
    expect(gateway.logText()).toContain('its disk is full');
  });

  it('is told of where administrators ask for health', async () => {
    const gateway = await start(['echo'], 'off', full);
    const health = async () => (await get(gateway, '/admin/health')).body.ledger;
    expect(await health()).toEqual({ writable: true });
    await gateway.post({ model: 'auto', messages });
    expect(await health()).toEqual({ writable: false, why: expect.stringContaining('its disk is full') });
  });

  it('lets requests through where the config says so', async () => {
    const gateway = await start(['echo'], '{ on_unavailable: allow }', full);
    expect((await gateway.post({ model: 'auto', messages })).status).toBe(200);
    await gateway.logLines(1);
    expect(gateway.logText()).toContain('its disk is full');
  });
});

describe('usage', () => {
  it('is what upstreams answered, at its price, by each dimension', async () => {
    const gateway = await start(['echo']);
    for (let times = 0; times < 3; times++) await (await gateway.post({ model: 'auto', messages })).text();
    await (await gateway.post({ model: 'auto', messages, stream: true })).text();
    await gateway.settled();
    const total = { requests: 4, inputTokens: 16, outputTokens: 16, cachedTokens: 0, cost: '0.000048' };
    for (const [by, name] of [
      ['key', 'anonymous'],
      ['model', 'echo'],
      ['route', 'main'],
      ['tag.cost_center', 'lab'],
      ['team', ''],
    ]) {
      const { status, body } = await get(gateway, `/admin/usage?by=${by}&since=1h`);
      expect(status).toBe(200);
      expect(body).toMatchObject({ currency: 'USD', total, rows: [{ [String(by)]: name, ...total }] });
    }
  });

  it('counts a request once whose caller sends the same request id again', async () => {
    const gateway = await start(['echo']);
    for (let times = 0; times < 2; times++) {
      await (await gateway.post({ model: 'auto', messages }, { 'x-request-id': 'same' })).text();
    }
    await gateway.settled();
    expect((await get(gateway, '/admin/usage')).body.total.requests).toBe(2);
  });

  it('is for administrators', async () => {
    const gateway = await start(['echo']);
    for (const path of ['/admin/usage', '/admin/requests', '/admin/notices']) {
      expect((await get(gateway, path, {})).status).toBeGreaterThanOrEqual(401);
      expect((await get(gateway, path)).status).toBe(200);
    }
  });

  it('says what may be asked', async () => {
    const gateway = await start(['echo']);
    for (const path of [
      '/admin/usage?by=colour',
      '/admin/usage?since=soon',
      '/admin/requests?state=lost',
      '/admin/requests?size=0',
    ]) {
      const { status, body } = await get(gateway, path);
      expect(status, path).toBe(400);
      expect(body.error.code).toBe('invalid_request');
    }
  });
});

describe('feedback', () => {
  const send = (gateway: RunningGateway, body: unknown, key = '') =>
    fetch(`${gateway.url}/v1/feedback`, {
      method: 'POST',
      body: JSON.stringify(body),
      headers: key === '' ? {} : { authorization: `Bearer ${key}` },
    });

  it('is kept beside the entry, for the key that asked and the administrator alone', async () => {
    const { createHash } = await import('node:crypto');
    const hashed = (key: string) => `sha256:${createHash('sha256').update(key).digest('hex')}`;
    const config = configOf(`
${inventory()}
keys:
  - { name: mine, hash: "${hashed('key-mine')}" }
  - { name: other, hash: "${hashed('key-other')}" }
`);
    const gateway = await runGateway(
      config,
      policyOf(() => decisionFor(config, ['echo'])),
      '',
      await openLedger(),
    );
    await (
      await gateway.post({ model: 'auto', messages }, { authorization: 'Bearer key-mine', 'x-request-id': 'f-1' })
    ).text();
    expect((await send(gateway, { request_id: 'f-1', score: 1, label: 'good' }, 'key-mine')).status).toBe(201);
    expect((await send(gateway, { request_id: 'f-1', score: 0 }, 'adm1n-token')).status).toBe(201);
    expect((await send(gateway, { request_id: 'f-1', score: 0 }, 'key-other')).status).toBe(404);
    expect((await send(gateway, { request_id: 'f-2', score: 0 }, 'key-mine')).status).toBe(404);
    const [entry] = await requestsOf(gateway);
    expect(entry?.['feedback']).toMatchObject([
      { score: 1, label: 'good' },
      { score: 0, label: null },
    ]);
  });

  it('is refused in any other form', async () => {
    const gateway = await start(['echo']);
    const bodies = [{}, { request_id: 'a' }, { request_id: 'a', score: '1' }, { request_id: 'a', score: 1, more: 1 }];
    for (const body of [...bodies, { request_id: 'a', score: 1, label: 'x'.repeat(300) }]) {
      expect((await send(gateway, body)).status).toBe(400);
    }
  });
});
