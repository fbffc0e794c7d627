import Anthropic from '@anthropic-ai/sdk';
import { countTokens as countVocabulary } from 'gpt-tokenizer/encoding/o200k_base';
import OpenAI from 'openai';
import { describe, expect, it } from 'vitest';
import { answerJson, scriptUpstream } from '../providers/scripted-upstream.ts';
import { servedInventory } from '../support/served-inventory.ts';
import { runGateway } from './running-gateway.ts';

const inventory = `
providers: { sandbox: { kind: sandbox, region: eu } }
models:
  echo: { provider: sandbox, price_in: $1, price_out: $2, context_window: 32k }
  cut: { provider: sandbox, upstream: cut-stream, price_in: $1, price_out: $2, context_window: 32k }
  broken: { provider: sandbox, upstream: fail-500, price_in: $1, price_out: $2, context_window: 32k }
  vectors: { provider: sandbox, upstream: echo, abilities: { embeddings: true }, price_in: $1, price_out: $0, context_window: 8k }
`;
const messages = [{ role: 'user' as const, content: 'hello there' }];
const body = { model: 'echo', max_tokens: 100, messages };

async function openGateway(more = '') {
  const { config, policy } = servedInventory(`${inventory}${more}`);
  const gateway = await runGateway(config, policy);
  const post = (path: string, content: unknown, headers: Record<string, string> = {}) =>
    fetch(`${gateway.url}${path}`, { method: 'POST', body: JSON.stringify(content), headers });
  const anthropic = new Anthropic({ baseURL: gateway.url, apiKey: 'none', maxRetries: 0 });
  const openai = new OpenAI({ baseURL: `${gateway.url}/v1`, apiKey: 'none', maxRetries: 0 });
  return { ...gateway, post, anthropic, openai };
}

const jsonOf = async (response: Response): Promise<unknown> => response.json();

describe('errors of Anthropic’s API', () => {
  const keys = `auth: { required: true }\nkeys: [{ name: dev, hash: "sha256:${'0'.repeat(64)}" }]\n`;

  it.each([
    ['a body without messages', '/v1/messages', { model: 'echo' }, 400, 'invalid_request_error', 'invalid_request'],
    [
      'a model that nobody serves',
      '/v1/messages',
      { ...body, model: 'gone' },
      403,
      'permission_error',
      'no-model-left',
    ],
    ['a failing upstream', '/v1/messages', { ...body, model: 'broken' }, 502, 'api_error', 'all_attempts_failed'],
    ['what is not served', '/v1/messages/batches', {}, 501, 'api_error', 'endpoint_not_supported'],
    ['what it no longer is', '/v1/complete', {}, 501, 'api_error', 'endpoint_not_supported'],
  ])('have its shape for %s', async (_what, path, content, status, type, code) => {
    const response = await (await openGateway()).post(path, content);
    expect(response.status).toBe(status);
    expect(await response.json()).toMatchObject({ type: 'error', error: { type, code, message: expect.any(String) } });
  });

  it('have its shape before anything is known of who calls', async () => {
    const gateway = await openGateway(keys);
    await expect(gateway.anthropic.messages.create(body)).rejects.toThrow(Anthropic.AuthenticationError);
    await expect(gateway.openai.chat.completions.create(body)).rejects.toThrow(OpenAI.AuthenticationError);
  });

  it('have its shape inside a stream', async () => {
    const { anthropic } = await openGateway();
    const stream = anthropic.messages.stream({ ...body, model: 'cut' });
    await expect(stream.finalMessage()).rejects.toMatchObject({ error: { type: 'error' } });
  });
});

describe('paths that are not served', () => {
  it.each([
    '/v1/completions',
    '/v1/audio/speech',
    '/v1/images/generations',
    '/v1/responses/r1/cancel',
    '/v1/conversations',
  ])('are refused in OpenAI’s words: %s', async (path) => {
    const response = await (await openGateway()).post(path, {});
    expect(response.status).toBe(501);
    expect(await response.json()).toMatchObject({ error: { type: 'server_error', code: 'endpoint_not_supported' } });
  });
});

describe('the list of models', () => {
  it('has the shape of the API that asks', async () => {
    const { anthropic, openai } = await openGateway();
    const names = ['echo', 'cut', 'broken', 'vectors'];
    expect((await anthropic.models.list()).data.map(({ id, type }) => `${type} ${id}`)).toEqual(
      names.map((name) => `model ${name}`),
    );
    expect((await openai.models.list()).data.map(({ id }) => id)).toEqual(names);
  });
});

describe('embeddings', () => {
  it('come as the numbers that the official client asks for in bytes', async () => {
    const { openai, post } = await openGateway();
    const input = ['one', 'two', 'one'];
    const [first, second, third] = (await openai.embeddings.create({ model: 'vectors', input })).data;
    const written = await jsonOf(await post('/v1/embeddings', { model: 'vectors', input, encoding_format: 'float' }));
    expect(first?.embedding).toEqual(third?.embedding);
    expect(first?.embedding).not.toEqual(second?.embedding);
    const numbers = first?.embedding.map((number) => expect.closeTo(number, 6));
    expect(written).toMatchObject({
      data: [{ embedding: numbers }, {}, {}],
      usage: { prompt_tokens: 3, total_tokens: 3 },
    });
  });

  it.each([
    ['/v1/embeddings', { model: 'echo', input: 'hi' }],
    ['/v1/chat/completions', { model: 'vectors', messages }],
    ['/v1/messages', { model: 'vectors', messages, max_tokens: 1 }],
  ])('are not made by what makes words, nor the other way round: %s', async (path, content) => {
    const response = await (await openGateway()).post(path, content);
    expect(response.status).toBe(403);
    expect(JSON.stringify(await response.json())).toContain('no-model-left');
  });
});

describe('what would be decided', () => {
  const admin = 'auth: { required: false, admin_token: adm1n }\n';
  const authorization = 'Bearer adm1n';

  it.each([
    ['chat', { model: 'echo', messages }, undefined],
    ['messages', { model: 'echo', messages, system: 'hi' }, undefined],
    ['messages', { model: 'echo', messages }, 'messages'],
    ['responses', { model: 'echo', input: 'hi' }, undefined],
    ['embeddings', { model: 'vectors', input: ['hi'] }, undefined],
    ['embeddings', { model: 'vectors', input: 'hi' }, 'embeddings'],
  ])('of a body of %s is told of %o', async (endpoint, content, said) => {
    const { post } = await openGateway(admin);
    const named = said === undefined ? {} : { 'x-llmpolicy-endpoint': said };
    const response = await post('/v1/decide', content, { authorization, ...named });
    expect(await response.json()).toMatchObject({
      outcome: 'plan',
      attempts: [{ model: content.model }],
      facts: { 'request.endpoint': endpoint },
    });
  });

  it('is what a dry run says, and says which models are out and why to those who may know', async () => {
    const { post } = await openGateway(admin);
    const asked = [
      await post('/v1/decide', body, { authorization }),
      await post('/v1/chat/completions', body, { authorization, 'x-llmpolicy-dry-run': 'true' }),
    ];
    const [decided, dryRun] = await Promise.all(asked.map(jsonOf));
    expect(decided).toEqual(dryRun);
    expect(decided).toMatchObject({ removed: [{ model: 'vectors', rule: 'endpoint' }] });
  });

  it('names the endpoints that it knows', async () => {
    const { post } = await openGateway();
    const response = await post('/v1/decide', body, { 'x-llmpolicy-endpoint': 'audio' });
    expect(response.status).toBe(400);
    expect(await response.text()).toContain('chat, responses, messages, embeddings');
  });
});

describe('counting tokens', () => {
  it('is estimated where no upstream counts', async () => {
    const { post } = await openGateway();
    const response = await post('/v1/messages/count_tokens', { model: 'echo', messages });
    expect(response.headers.get('x-llmpolicy-estimate')).toBe('input_tokens');
    expect(await response.json()).toEqual({ input_tokens: 2 });
  });

  it('is exact where the config says so', async () => {
    const text = 'internationalization of antidisestablishmentarianism '.repeat(30);
    const counted = async (tokens: string) => {
      const { config, policy } = servedInventory(`${tokens}
providers: { sandbox: { kind: sandbox, region: eu } }
models: { echo: { provider: sandbox, price: free, context_window: 8k } }
`);
      const { url } = await runGateway(config, policy);
      const body = JSON.stringify({ model: 'echo', messages: [{ role: 'user', content: text }] });
      const response = await fetch(`${url}/v1/messages/count_tokens`, { method: 'POST', body });
      return Reflect.get(Object(await jsonOf(response)), 'input_tokens');
    };
    expect(await counted('tokens: exact')).toBe(countVocabulary(text));
    expect(await counted('')).not.toBe(countVocabulary(text));
  });

  it('is the upstream’s where it counts', async () => {
    const upstream = await scriptUpstream((response) => answerJson(response, 200, { input_tokens: 1234 }));
    const baseUrl = upstream.baseUrl.replace(/\/v1$/, '');
    const { config, policy } = servedInventory(`
providers: { it: { kind: anthropic, base_url: "${baseUrl}", api_key: k } }
models: { m: { provider: it, upstream: claude, price_in: $1, price_out: $1, context_window: 8k } }
`);
    const { url } = await runGateway(config, policy);
    const anthropic = new Anthropic({ baseURL: url, apiKey: 'none', maxRetries: 0 });
    expect(await anthropic.messages.countTokens({ model: 'm', messages })).toMatchObject({ input_tokens: 1234 });
    expect(upstream.calls[0]).toMatchObject({ path: '/v1/messages/count_tokens', headers: { 'x-api-key': 'k' } });
    expect(JSON.parse(upstream.calls[0]?.body ?? '')).toEqual({ model: 'claude', messages });
  });

  it('is refused where the policy refuses the request', async () => {
    const { anthropic } = await openGateway();
    const counting = anthropic.messages.countTokens({ model: 'vectors', messages });
    await expect(counting).rejects.toThrow(Anthropic.PermissionDeniedError);
  });
});

describe('a response', () => {
  it.each([
    ['background', true],
    ['conversation', 'conv_1'],
    ['conversation', { id: 'conv_1' }],
  ])('that would have to be fetched later is refused: %s', async (field, value) => {
    const response = await (await openGateway()).post('/v1/responses', { model: 'echo', input: 'hi', [field]: value });
    expect(response.status).toBe(400);
    expect(await jsonOf(response)).toMatchObject({ error: { param: field, code: 'invalid_request' } });
  });
});
