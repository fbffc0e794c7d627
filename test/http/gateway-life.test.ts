import { describe, expect, it } from 'vitest';
import { configOf, sandboxInventory } from '../gateway/sample-config.ts';
import { decisionFor, policyOf } from '../gateway/sample-decision.ts';
import { answerJson, completion, scriptUpstream } from '../providers/scripted-upstream.ts';
import { runGateway } from './running-gateway.ts';

const messages = [{ role: 'user' as const, content: 'a very private prompt' }];
const policyNamed = (digest: string, decide: Parameters<typeof policyOf>[0]) => ({ ...policyOf(decide), digest });

describe('a swap of the policy', () => {
  it('leaves a request in flight with the policy it began with', async () => {
    const called = Promise.withResolvers<void>();
    const mayAnswer = Promise.withResolvers<void>();
    const upstream = await scriptUpstream(async (response) => {
      called.resolve();
      await mayAnswer.promise;
      answerJson(response, 500, { error: { message: 'no' } });
    });
    const config = configOf(`
providers:
  own: { kind: openai-compatible, base_url: "${upstream.baseUrl}", region: eu }
  sandbox: { kind: sandbox, region: eu }
models:
  own: { provider: own, context_window: 32k }
  echo: { provider: sandbox, context_window: 32k }
  broken: { provider: sandbox, upstream: fail-500, context_window: 32k }
`);
    const digestOf = (digest: string) => ({ policy: { name: 'sample', digest } });
    const gateway = await runGateway(
      config,
      policyNamed('old', () => decisionFor(config, ['own', 'echo'], digestOf('old'))),
    );
    const inFlight = gateway.post({ model: 'auto', messages });
    await called.promise;
    gateway.policy.swap(policyNamed('new', () => decisionFor(config, ['broken'], digestOf('new'))));
    const after = await gateway.post({ model: 'auto', messages });
    mayAnswer.resolve();
    expect(after.headers.get('x-llmpolicy-policy')).toBe('new');
    expect(after.status).toBe(502);
    const before = await inFlight;
    expect(before.headers.get('x-llmpolicy-policy')).toBe('old');
    expect(before.headers.get('x-llmpolicy-model')).toBe('echo');
  });
});

describe('the log', () => {
  it('has one line for a request, with what was decided and done', async () => {
    const config = configOf(sandboxInventory);
    const gateway = await runGateway(
      config,
      policyOf(() => decisionFor(config, ['broken', 'echo'])),
    );
    await (await gateway.post({ model: 'auto', messages }, { 'x-request-id': 'request-1' })).text();
    const lines = await gateway.logLines(1);
    expect(lines).toEqual([
      {
        level: 'info',
        time: expect.any(String),
        msg: 'request',
        requestId: 'request-1',
        method: 'POST',
        path: '/v1/chat/completions',
        endpoint: 'chat',
        status: 200,
        outcome: 'served',
        key: 'anonymous',
        modelAsked: 'auto',
        policy: 'sha256:sample',
        route: 'main',
        modelServed: 'echo',
        attempts: [
          {
            model: 'broken',
            failure: 'server_error',
            status: 500,
            said: 'the sandbox is told to fail',
            ms: expect.any(Number),
          },
          { model: 'echo', ms: expect.any(Number) },
        ],
        usage: {
          inputTokens: 4,
          cachedInputTokens: 0,
          cacheWriteTokens: 0,
          outputTokens: 4,
          reasoningTokens: 0,
        },
        usageDoubt: null,
        cost: '0.000012',
        latencyMs: expect.any(Number),
        overheadMs: expect.any(Number),
        firstTokenMs: null,
        error: null,
      },
    ]);
  });

  it('has a line for what the door refuses', async () => {
    const config = configOf(sandboxInventory);
    const gateway = await runGateway(
      config,
      policyOf(() => decisionFor(config, ['echo'])),
    );
    await gateway.post('not JSON');
    expect(await gateway.logLines(1)).toMatchObject([
      { status: 400, error: 'invalid_json', outcome: null, attempts: [] },
    ]);
  });
});

describe('secrets and prompts', () => {
  it('are in no log and in no error', async () => {
    const upstream = await scriptUpstream((response, call) => {
      const echoed = `${call.headers.authorization} ${call.body}`;
      if (call.body.includes('fine')) answerJson(response, 200, completion);
      else answerJson(response, 401, { error: { message: `bad key: ${echoed.slice(0, 40)}` } });
    });
    const config = configOf(`
auth: { required: false, admin_token: adm1n-secret }
providers: { own: { kind: openai-compatible, base_url: "${upstream.baseUrl}", api_key: upstream-secret, region: eu } }
models: { own: { provider: own, context_window: 32k } }
`);
    const gateway = await runGateway(
      config,
      policyOf(() => decisionFor(config, ['own'])),
    );
    const headers = [{ authorization: 'Bearer caller-secret' }, { authorization: 'Bearer adm1n-secret' }, {}];
    const texts: string[] = [];
    await (
      await gateway.post({ model: 'own', messages: [{ role: 'user', content: 'fine, a private prompt' }] })
    ).text();
    for (const given of headers) texts.push(await (await gateway.post({ model: 'own', messages }, given)).text());
    await gateway.logLines(4);
    const said = texts.join('') + gateway.logText();
    expect(texts[0]).toContain('bad key: [secret]');
    expect(texts[2]).toContain('every key that could be used rests, which the upstream refused with 401');
    for (const secret of ['upstream-secret', 'caller-secret', 'adm1n-secret']) expect(said).not.toContain(secret);
    expect(gateway.logText()).not.toContain('private prompt');
  });
});

describe('a bug of ours', () => {
  it('is an error without a stack for the caller, and with one in the log', async () => {
    const config = configOf(sandboxInventory);
    const gateway = await runGateway(
      config,
      policyOf(() => {
        throw new TypeError('a hidden detail');
      }),
    );
    const response = await gateway.post({ model: 'auto', messages });
    expect(response.status).toBe(500);
    const text = await response.text();
    expect(text).toContain('internal_error');
    expect(text).not.toContain('hidden detail');
    expect(text).not.toMatch(/\.ts:\d/);
    const [bug] = await gateway.logLines(2);
    expect(bug).toMatchObject({ level: 'error', stack: expect.stringContaining('a hidden detail') });
  });
});
