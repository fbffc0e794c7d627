import type { ServerResponse } from 'node:http';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createProvider } from '../../../src/assemble.ts';
import type { JsonObject } from '../../../src/protocol/json.ts';
import type { UpstreamAnswer } from '../../../src/protocol/upstream-answer.ts';
import { providerConfig, providerTools } from '../provider-config.ts';
import { answerJson, answerStream, completion, type ScriptedUpstream, scriptUpstream } from '../scripted-upstream.ts';
import { upstreamCall } from '../upstream-call.ts';

const secret = 'not-a-known-form-of-key-1234567890';

async function callOf(upstream: Pick<ScriptedUpstream, 'baseUrl'>, more: JsonObject = {}): Promise<UpstreamAnswer> {
  const config = providerConfig({ baseUrl: upstream.baseUrl, apiKeys: [secret] });
  const provider = createProvider(config, providerTools(config).access);
  onTestFinished(() => provider.close());
  const messages = [{ role: 'user', content: 'hi' }];
  return provider.attempt(upstreamCall({ messages, ...more }), new AbortController().signal);
}

async function failureOf(answer: (response: ServerResponse) => void | Promise<void>, more: JsonObject = {}) {
  const result = await callOf(await scriptUpstream(answer), more);
  if (result.kind !== 'failure') throw new Error(`no failure but an answer of kind ${result.kind}`);
  return result;
}

async function streamed(pieces: readonly string[]) {
  const upstream = await scriptUpstream((response) => answerStream(response, pieces));
  const answer = await callOf(upstream, { stream: true, stream_options: { include_usage: true } });
  if (answer.kind !== 'stream') throw new Error(`no stream but ${JSON.stringify(answer)}`);
  const chunks: string[] = [];
  let broken: unknown;
  try {
    for await (const chunk of answer.chunks) chunks.push(Buffer.from(chunk).toString());
  } catch (error) {
    broken = error;
  }
  return { chunks, text: chunks.join(''), broken, usage: answer.usage() };
}

describe('what is sent upstream', () => {
  it('is the caller’s body with the upstream’s own name of the model, unknown fields kept', async () => {
    const upstream = await scriptUpstream((response) => answerJson(response, 200, completion));
    await callOf(upstream, { seed: 5, brand_new_field: { a: [1, null] } });
    expect(JSON.parse(upstream.calls[0]?.body ?? '')).toEqual({
      model: 'upstream-name',
      messages: [{ role: 'user', content: 'hi' }],
      seed: 5,
      brand_new_field: { a: [1, null] },
    });
  });

  it('carries the key of the config, to the path below the base URL', async () => {
    const upstream = await scriptUpstream((response) => answerJson(response, 200, completion));
    await callOf(upstream);
    expect(upstream.calls[0]?.path).toBe('/v1/chat/completions');
    expect(upstream.calls[0]?.headers.authorization).toBe(`Bearer ${secret}`);
  });

  it('carries the keys of the config in turn where there are several', async () => {
    const upstream = await scriptUpstream((response) => answerJson(response, 200, completion));
    const config = providerConfig({ baseUrl: upstream.baseUrl, apiKeys: ['one', 'two'] });
    const provider = createProvider(config, providerTools(config).access);
    onTestFinished(() => provider.close());
    for (let count = 0; count < 3; count++) await provider.attempt(upstreamCall(), new AbortController().signal);
    const keys = upstream.calls.map(({ headers }) => headers.authorization);
    expect(keys).toEqual(['Bearer one', 'Bearer two', 'Bearer one']);
  });
});

describe('what an upstream answers', () => {
  it('is passed on byte for byte', async () => {
    const text = `{ "choices" : [ ] ,\n "seed":12345678901234567890 }`;
    const upstream = await scriptUpstream((response) => {
      response.writeHead(200, { 'content-type': 'application/json' }).end(text);
    });
    const answer = await callOf(upstream);
    expect(answer.kind === 'whole' && Buffer.from(answer.body).toString()).toBe(text);
  });

  it('may begin with a byte order mark', async () => {
    const text = `\ufeff${JSON.stringify(completion)}`;
    const upstream = await scriptUpstream((response) => {
      response.writeHead(200, { 'content-type': 'application/json' }).end(text);
    });
    const answer = await callOf(upstream);
    expect(answer.kind === 'whole' && Buffer.from(answer.body).toString()).toBe(text);
    expect(answer.kind === 'whole' && answer.usage).toBeDefined();
  });

  it('brings only headers that are the caller’s to see', async () => {
    const headers = { 'openai-processing-ms': '12', 'x-ratelimit-remaining-requests': '5', 'set-cookie': 'a=b' };
    const upstream = await scriptUpstream((response) => answerJson(response, 200, completion, headers));
    const answer = await callOf(upstream);
    expect(answer.kind === 'whole' && answer.headers).toEqual({
      'content-type': 'application/json',
      'openai-processing-ms': '12',
    });
  });

  it.each([
    [401, { message: 'no', code: 'invalid_api_key' }, 'auth'],
    [403, { message: 'no' }, 'auth'],
    [404, { message: 'no', code: 'model_not_found' }, 'not_found'],
    [402, { message: 'pay' }, 'quota_exhausted'],
    [429, { message: 'pay', code: 'insufficient_quota' }, 'quota_exhausted'],
    [429, { message: 'slow down', code: 'rate_limit_exceeded' }, 'rate_limited'],
    [408, { message: 'late' }, 'timeout'],
    [400, { message: 'long', code: 'context_length_exceeded' }, 'context_exceeded'],
    [400, { message: "This model's maximum context length is 4096 tokens", code: 400 }, 'context_exceeded'],
    [400, { message: 'no', code: 'content_filter' }, 'content_filtered'],
    [400, { message: 'temperature must be below 2' }, 'bad_request'],
    [422, { message: 'no' }, 'bad_request'],
    [500, { message: 'oops' }, 'server_error'],
    [503, { message: 'busy' }, 'overloaded'],
    [529, { message: 'busy', type: 'overloaded_error' }, 'overloaded'],
    [504, { message: 'late' }, 'timeout'],
    [307, { message: 'elsewhere' }, 'bad_response'],
  ])('with status %i and %o is a failure of class %s', async (status, error, failure) => {
    const found = await failureOf((response) => answerJson(response, status, { error }));
    expect(found).toMatchObject({ failure, status, message: error.message });
  });

  it.each([
    ['7', 7000],
    ['0.5', 500],
    ['soon', undefined],
  ])('with a Retry-After of %s is waited for accordingly', async (value, milliseconds) => {
    const headers = { 'retry-after': value };
    const found = await failureOf((response) => answerJson(response, 429, { error: { message: 'busy' } }, headers));
    expect(found.retryAfterMs).toBe(milliseconds);
  });

  it('in plain text is told in the upstream’s own words, on one line and bounded', async () => {
    const found = await failureOf((response) => {
      response.writeHead(502, { 'content-type': 'text/html' }).end(`<h1>Bad\n\n gateway</h1>${'x'.repeat(5000)}`);
    });
    expect(found.message).toMatch(/^<h1>Bad gateway<\/h1>x+…$/);
    expect(found.message.length).toBeLessThan(600);
  });

  it('never repeats a secret', async () => {
    const error = { message: `Incorrect API key provided: ${secret}, nor sk-abcdefghijklmnop` };
    const found = await failureOf((response) => answerJson(response, 401, { error }));
    expect(found.message).toBe('Incorrect API key provided: [secret], nor [secret]');
  });

  it.each([
    ['an error under a status of 200', { error: { message: 'no', code: 'server_error' } }, 'server_error'],
    ['an error whose code is a status', { error: { message: 'no', code: 429 } }, 'rate_limited'],
    ['an object that is no answer', { detail: 'hello' }, 'bad_response'],
    ['a list', [], 'bad_response'],
  ])('as %s is a failure', async (_what, body, failure) => {
    expect(await failureOf((response) => answerJson(response, 200, body))).toMatchObject({ failure });
  });

  it('where nobody listens is a network failure without an address in it', async () => {
    const answer = await callOf({ baseUrl: 'http://127.0.0.1:1/v1' });
    expect(answer).toMatchObject({ failure: 'network', status: null });
    expect(JSON.stringify(answer)).not.toContain('127.0.0.1');
  });
});

const event = (rest: object) => `data: ${JSON.stringify({ id: '1', choices: [], ...rest })}\n\n`;
const word = (content: string) => event({ choices: [{ index: 0, delta: { content }, finish_reason: null }] });
const stop = event({ choices: [{ index: 0, delta: {}, finish_reason: 'stop' }] });
const usage = event({ usage: { prompt_tokens: 4, completion_tokens: 2 } });
const done = 'data: [DONE]\n\n';

describe('what an upstream streams', () => {
  it('is passed on byte for byte, and never cut inside an event', async () => {
    const all = [word('a'), word('ü€𝄞'), stop, usage, done].join('');
    const { chunks, text, usage: counted, broken } = await streamed(all.match(/.{1,7}/gsu) ?? []);
    expect(text).toBe(all);
    expect(chunks.every((chunk) => chunk.endsWith('\n\n'))).toBe(true);
    expect(counted).toMatchObject({ inputTokens: 4, outputTokens: 2 });
    expect(broken).toBeUndefined();
  });

  it('may end its lines as the standard allows', async () => {
    const all = [word('a'), stop, done].join('').replaceAll('\n', '\r\n');
    expect(await streamed([all])).toMatchObject({ text: all, broken: undefined });
  });

  it('may begin with comments and forget its last blank line', async () => {
    const { text, broken } = await streamed([': PROCESSING\n\n', ': PROCESSING\n\n', word('a'), stop, 'data: [DONE]']);
    expect(text).toBe(`: PROCESSING\n\n: PROCESSING\n\n${word('a')}${stop}${done}`);
    expect(broken).toBeUndefined();
  });

  it('is complete with a finish reason where the end mark is not sent', async () => {
    expect((await streamed([word('a'), stop, usage])).broken).toBeUndefined();
  });

  it('is broken where it ends in good order but in the middle, and half an event is not passed on', async () => {
    const { text, broken } = await streamed([word('a'), word('b'), word('c').slice(0, 20)]);
    expect(text).toBe(word('a') + word('b'));
    expect(broken).toMatchObject({ name: 'BrokenStream', kind: 'stream_cut' });
  });

  it('is broken by an error event, which has been passed on', async () => {
    const error = event({ error: { message: 'overloaded', type: 'overloaded_error' } });
    const { text, broken } = await streamed([word('a'), error]);
    expect(text).toBe(word('a') + error);
    expect(broken).toMatchObject({ kind: 'stream_failed', failure: { failure: 'overloaded' } });
  });

  it.each([
    ['an error as its first event', [event({ error: { message: 'busy', code: 'overloaded_error' } })], 'overloaded'],
    ['an error after comments', [': wait\n\n', event({ error: { message: 'busy', code: 429 } })], 'rate_limited'],
    ['nothing', [], 'bad_response'],
    ['comments only', [': wait\n\n', ': wait\n\n'], 'bad_response'],
    ['the end mark only', [done], 'bad_response'],
    ['something that is no JSON', ['data: hello\n\n'], 'bad_response'],
    ['half an event', ['data: {"choices":'], 'bad_response'],
  ])('with %s is a failure that can fall back', async (_what, pieces, failure) => {
    const found = await failureOf((response) => answerStream(response, pieces), { stream: true });
    expect(found).toMatchObject({ failure });
  });

  it('is over with its end mark, whether the connection ends or not', async () => {
    const upstream = await scriptUpstream((response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.write(word('a') + usage + done);
    });
    const answer = await callOf(upstream, { stream: true, stream_options: { include_usage: true } });
    if (answer.kind !== 'stream') throw new Error('no stream');
    let text = '';
    for await (const chunk of answer.chunks) text += Buffer.from(chunk).toString();
    expect(text).toBe(word('a') + usage + done);
    expect(answer.usage()).toMatchObject({ inputTokens: 4, outputTokens: 2 });
  });

  it('as a whole answer is a failure', async () => {
    const found = await failureOf((response) => answerJson(response, 200, completion), { stream: true });
    expect(found).toMatchObject({ failure: 'bad_response' });
  });
});
