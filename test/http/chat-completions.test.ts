import { LLMock } from '@copilotkit/aimock';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { GatewayConfig } from '../../src/config/config.ts';
import type { Decision } from '../../src/decide/decision.ts';
import { configOf } from '../gateway/sample-config.ts';
import { decisionFor, policyOf } from '../gateway/sample-decision.ts';
import { runGateway } from './running-gateway.ts';

const hello = [{ role: 'user' as const, content: 'hello' }];

/** A gateway with two models on one mocked upstream: `first` is asked before `second`. */
async function gatewayOver(
  upstream: LLMock,
  plan: readonly string[] = ['first', 'second'],
  changes: Partial<Decision> = {},
) {
  await upstream.start();
  onTestFinished(() => upstream.stop());
  const config: GatewayConfig = configOf(`
providers: { mock: { kind: openai-compatible, base_url: "${upstream.url}/v1", api_key: upstream-secret, region: eu } }
models:
  first: { provider: mock, upstream: up-first, price_in: $1, price_out: $2, context_window: 32k }
  second: { provider: mock, upstream: up-second, price_in: $1, price_out: $2, context_window: 32k }
`);
  return runGateway(
    config,
    policyOf(() => decisionFor(config, plan, changes)),
  );
}

const mock = () => new LLMock({ port: 0 });
const overloaded = { error: { message: 'the first is overloaded', type: 'server_error' }, status: 500 };

describe('a chat completion through the official client', () => {
  it('is served whole, by the model that the policy chose', async () => {
    const gateway = await gatewayOver(mock().on({ model: 'up-first' }, { content: 'hi there' }));
    const { data, response } = await gateway.client.chat.completions
      .create({ model: 'auto', messages: hello })
      .withResponse();
    expect(data.choices[0]?.message.content).toBe('hi there');
    expect(Object.fromEntries(response.headers)).toMatchObject({
      'x-llmpolicy-policy': 'sha256:sample',
      'x-llmpolicy-route': 'main',
      'x-llmpolicy-model': 'first',
      'x-llmpolicy-attempts': '1',
      'x-llmpolicy-cache': 'off',
      'x-llmpolicy-overhead-ms': expect.stringMatching(/^\d+(\.\d+)?$/),
    });
    expect(response.headers.has('x-powered-by')).toBe(false);
    expect(response.headers.has('etag')).toBe(false);
  });

  it('tells what it cost, from the tokens that the upstream counted', async () => {
    const usage = { prompt_tokens: 1000, completion_tokens: 250, total_tokens: 1250 };
    const gateway = await gatewayOver(mock().on({ model: 'up-first' }, { content: 'hi', usage }));
    const { response } = await gateway.client.chat.completions
      .create({ model: 'auto', messages: hello })
      .withResponse();
    expect(response.headers.get('x-llmpolicy-cost')).toBe('0.0015');
  });

  it('is streamed', async () => {
    const gateway = await gatewayOver(mock().on({ model: 'up-first' }, { content: 'one two three' }, { chunkSize: 3 }));
    const stream = await gateway.client.chat.completions.create({ model: 'auto', messages: hello, stream: true });
    const words: string[] = [];
    for await (const chunk of stream) words.push(chunk.choices[0]?.delta.content ?? '');
    expect(words.join('')).toBe('one two three');
    expect(words.length).toBeGreaterThan(2);
  });

  it('is streamed with its cost as the last comment', async () => {
    const usage = { prompt_tokens: 1000, completion_tokens: 250, total_tokens: 1250 };
    const gateway = await gatewayOver(mock().on({ model: 'up-first' }, { content: 'hi', usage }));
    const body = { model: 'auto', messages: hello, stream: true, stream_options: { include_usage: true } };
    const text = await (await gateway.post(body)).text();
    expect(text).toMatch(/data: \[DONE\]\n\n: x-llmpolicy-cost: 0\.0015\n\n$/);
  });

  it.each([false, true])('brings tool calls back (stream: %s)', async (streamed) => {
    const call = { name: 'weather', arguments: '{"city":"Bern"}' };
    const gateway = await gatewayOver(mock().on({ model: 'up-first' }, { toolCalls: [call] }));
    const tools = [{ type: 'function' as const, function: { name: 'weather' } }];
    const request = { model: 'auto', messages: hello, tools };
    const completion = streamed
      ? await gateway.client.chat.completions.stream(request).finalChatCompletion()
      : await gateway.client.chat.completions.create(request);
    expect(completion.choices[0]?.message.tool_calls?.[0]).toMatchObject({ function: call });
  });

  it('keeps fields that the gateway does not know', async () => {
    const upstream = mock().on({ model: 'up-first' }, { content: 'hi' });
    const gateway = await gatewayOver(upstream);
    await gateway.post({ model: 'auto', messages: hello, brand_new: { a: 1 } });
    expect(upstream.getLastRequest()?.body).toMatchObject({ model: 'up-first', brand_new: { a: 1 } });
  });
});

describe('a plan with two models', () => {
  it.each([false, true])('is served by the second where the first fails (stream: %s)', async (stream) => {
    const upstream = mock()
      .on({ model: 'up-first' }, overloaded)
      .on({ model: 'up-second' }, { content: 'from the second' });
    const gateway = await gatewayOver(upstream);
    const response = await gateway.post({ model: 'auto', messages: hello, stream });
    expect(response.status).toBe(200);
    expect(response.headers.get('x-llmpolicy-model')).toBe('second');
    expect(response.headers.get('x-llmpolicy-attempts')).toBe('2');
    await response.text();
  });

  it('ends in an error that names both where both fail', async () => {
    const gone = { error: { message: 'the second has gone', type: 'server_error' }, status: 503 };
    const gateway = await gatewayOver(mock().on({ model: 'up-first' }, overloaded).on({ model: 'up-second' }, gone));
    const error = await gateway.client.chat.completions
      .create({ model: 'auto', messages: hello })
      .catch((thrown) => thrown);
    expect(error).toMatchObject({ status: 502, code: 'all_attempts_failed', type: 'server_error' });
    expect(error.message).toContain('(first server_error, second overloaded); the last one said: the second has gone');
  });

  it('never calls a model that the decision leaves out', async () => {
    const upstream = mock().on({ model: 'up-first' }, overloaded).on({ model: 'up-second' }, { content: 'no' });
    const gateway = await gatewayOver(upstream, ['first']);
    expect((await gateway.post({ model: 'second', messages: hello })).status).toBe(502);
    expect(upstream.getRequests().map(({ body }) => body)).toMatchObject([{ model: 'up-first' }]);
  });

  it('asks to come back when every model is busy', async () => {
    const busy = { error: { message: 'busy' }, status: 429, retryAfter: 3 };
    const gateway = await gatewayOver(mock().on({ model: /up-/ }, busy));
    const response = await gateway.post({ model: 'auto', messages: hello });
    expect(response.status).toBe(429);
    expect(response.headers.get('retry-after')).toBe('3');
    expect(response.headers.get('x-llmpolicy-attempts')).toBe('2');
  });

  it('gives an upstream’s finding about the request back as it is', async () => {
    const tooLong = { error: { message: 'too long', code: 'context_length_exceeded' }, status: 400 };
    const gateway = await gatewayOver(mock().on({ model: /up-/ }, tooLong));
    const error = await gateway.client.chat.completions
      .create({ model: 'auto', messages: hello })
      .catch((thrown) => thrown);
    expect(error).toMatchObject({ status: 400, code: 'context_length_exceeded', type: 'invalid_request_error' });
  });
});

describe('a refusal of the policy', () => {
  const removed = [{ model: 'first', rule: 'residency', because: 'data stays in the EU' }];
  const reject = { status: 451, code: 'denied', message: 'not for your region', rules: ['residency'] };
  const refusal = { outcome: 'reject', route: null, reject, removed } as const;

  it('has its status, code and message, and calls nobody', async () => {
    const upstream = mock().on({ model: /up-/ }, { content: 'no' });
    const gateway = await gatewayOver(upstream, [], refusal);
    const response = await gateway.post({ model: 'auto', messages: hello });
    expect(response.status).toBe(451);
    expect(await response.json()).toEqual({
      error: { message: 'not for your region', type: 'invalid_request_error', param: null, code: 'denied' },
    });
    expect(response.headers.get('x-llmpolicy-attempts')).toBe('0');
    expect(upstream.getRequests()).toEqual([]);
  });
});

describe('a split that was taken', () => {
  it('is named in the answer', async () => {
    const splits = [{ name: 'canary', branch: 'größer', bucket: 5 }];
    const gateway = await gatewayOver(mock().on({ model: /up-/ }, { content: 'hi' }), ['first'], { splits });
    const response = await gateway.post({ model: 'auto', messages: hello });
    expect(response.headers.get('x-llmpolicy-split')).toBe('canary/gr%C3%B6%C3%9Fer');
  });
});
