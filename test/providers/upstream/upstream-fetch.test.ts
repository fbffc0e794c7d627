import type { ServerResponse } from 'node:http';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { ProviderConfig } from '../../../src/config/config.ts';
import { openDeadline } from '../../../src/providers/upstream/deadline.ts';
import { brokenCall, FailedCall } from '../../../src/providers/upstream/failure.ts';
import { openUpstream } from '../../../src/providers/upstream/upstream.ts';
import type { FetchedCall } from '../../../src/providers/upstream/upstream-fetch.ts';
import { providerConfig, providerTools } from '../provider-config.ts';
import { answerJson, answerStream, completion, scriptUpstream } from '../scripted-upstream.ts';

async function fetchOf(
  answer: (response: ServerResponse) => void | Promise<void>,
  parts: Partial<ProviderConfig> = {},
  call: Partial<FetchedCall> = {},
) {
  const { baseUrl, calls } = await scriptUpstream(answer);
  const config = providerConfig({ baseUrl, apiKeys: ['own-key'], ...parts });
  const upstream = openUpstream(config, providerTools(config));
  onTestFinished(() => upstream.close());
  const fetched = upstream.fetch({ model: 'm', keyId: null, stream: false, ...call });
  const post = (init: RequestInit = {}) =>
    fetched(`${baseUrl}/messages?beta=true`, { method: 'POST', body: '{"a":1}', ...init });
  return { fetched, post, calls, baseUrl };
}

const streaming = { stream: true };
const whole = (response: ServerResponse) => answerJson(response, 200, completion, { 'request-id': 'r1' });

describe('fetch through an upstream', () => {
  it('calls the address as it is given, with the body and headers of the call', async () => {
    const { post, calls } = await fetchOf(whole);
    const answer = await post({ headers: { 'anthropic-version': '2023-06-01', 'content-type': 'application/json' } });
    expect(await answer.json()).toEqual(completion);
    expect(answer.headers.get('request-id')).toBe('r1');
    expect(calls).toMatchObject([
      { path: '/v1/messages?beta=true', body: '{"a":1}', headers: { 'anthropic-version': '2023-06-01' } },
    ]);
  });

  it('puts the config’s key and headers in place of what an SDK makes up', async () => {
    const { post, calls } = await fetchOf(whole, { headers: { 'x-team': 'a' } });
    await post({ headers: { Authorization: 'Bearer sdk', 'x-api-key': 'sdk', 'User-Agent': 'ai-sdk', cookie: 'c=d' } });
    expect(calls[0]?.headers).toMatchObject({
      authorization: 'Bearer own-key',
      'user-agent': 'llmpolicy',
      'x-team': 'a',
    });
    expect(calls[0]?.headers).not.toHaveProperty('x-api-key');
    expect(calls[0]?.headers).not.toHaveProperty('cookie');
  });

  it('calls nobody but the upstream of the config', async () => {
    const { fetched, calls } = await fetchOf(whole);
    const elsewhere = await fetchOf(whole);
    await expect(fetched(`${elsewhere.baseUrl}/messages`, { method: 'POST' })).rejects.toThrow(/does not name/);
    expect([...calls, ...elsewhere.calls]).toEqual([]);
  });

  it('follows no redirect', async () => {
    const elsewhere = await scriptUpstream(whole);
    const { post } = await fetchOf((response) => {
      response.writeHead(307, { location: `${elsewhere.baseUrl}/messages` }).end();
    });
    await expect(post()).rejects.toMatchObject({ failure: { failure: 'bad_response', status: 307 } });
    expect(elsewhere.calls).toEqual([]);
  });

  it('tells which key made the answer', async () => {
    const seen: unknown[] = [];
    const { post } = await fetchOf(whole, {}, { onReply: ({ keyId }) => seen.push(keyId) });
    await (await post()).text();
    expect(seen).toEqual([expect.stringMatching(/^[0-9a-f]{12}$/)]);
  });

  it('throws what every call fails with, found again behind the errors of others', async () => {
    const { post } = await fetchOf((response) =>
      answerJson(response, 429, { error: { message: 'slow down: own-key' } }, { 'retry-after': '2' }),
    );
    const error = await post().catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(FailedCall);
    const deadline = openDeadline(new AbortController().signal, 60_000, null);
    onTestFinished(() => deadline.close());
    expect(brokenCall(new Error('wrapped', { cause: error }), deadline)).toMatchObject({
      failure: 'rate_limited',
      message: 'slow down: [secret]',
      retryAfterMs: 2_000,
    });
    await expect(post()).rejects.toMatchObject({ failure: { failure: 'rate_limited', status: null } });
  });

  it('ends with the signal of its caller', async () => {
    const { post } = await fetchOf(() => undefined);
    await expect(post({ signal: AbortSignal.timeout(20) })).rejects.toThrow();
  });

  it('ends in the config’s time where its caller has no signal', async () => {
    const { post } = await fetchOf(() => undefined, { timeoutMs: 20 });
    await expect(post()).rejects.toThrow(/timeout/);
  });

  it('passes streams on as they come', async () => {
    const { post } = await fetchOf((response) => answerStream(response, ['data: {"a"', ':1}\n', '\n']), {}, streaming);
    expect(await (await post()).text()).toBe('data: {"a":1}\n\n');
  });
});

describe('an answer of another kind than was asked for', () => {
  const html = (response: ServerResponse) => {
    response.writeHead(200, { 'content-type': 'text/html' }).end('<h1>Welcome, own-key</h1>');
  };

  it.each([true, false])('is none, in its own words (stream: %s)', async (stream) => {
    const { post } = await fetchOf(html, {}, { stream });
    const failure = {
      failure: 'bad_response',
      message: `not ${stream ? 'a stream of events' : 'a JSON object'}, but text/html: <h1>Welcome, [secret]</h1>`,
    };
    await expect(post()).rejects.toMatchObject({ failure });
  });

  it('may say what went wrong', async () => {
    const error = { error: { message: 'busy', type: 'overloaded_error' } };
    const { post } = await fetchOf((response) => answerJson(response, 200, error), {}, streaming);
    await expect(post()).rejects.toMatchObject({ failure: { failure: 'overloaded', message: 'busy' } });
  });
});

describe('the bytes of an answer', () => {
  const flood = (type: string, piece: string) => async (response: ServerResponse) => {
    response.writeHead(200, { 'content-type': type });
    while (!response.destroyed) {
      if (!response.write(piece)) await new Promise((resolve) => setImmediate(resolve));
    }
  };

  it.each([
    ['a whole answer', 'application/json', ' '.repeat(1 << 20), 'larger than the gateway takes'],
    ['an event', 'text/event-stream', `data: ${'x'.repeat(1 << 20)}\n`, 'an event without an end'],
  ])('have an end: %s', async (_what, type, piece, message) => {
    const { post } = await fetchOf(flood(type, piece), {}, { stream: type.includes('event') });
    const failure = { failure: 'bad_response', message: expect.stringContaining(message) };
    await expect(post().then((answer) => answer.text())).rejects.toMatchObject({ failure });
  });

  it('of many events have no end that one of them has', async () => {
    const event = `data: ${'x'.repeat(1 << 20)}\n`;
    const pieces = [...Array(20)].flatMap(() => [event, '\n']);
    const { post } = await fetchOf((response) => answerStream(response, pieces), {}, streaming);
    expect((await (await post()).text()).length).toBe(20 * (event.length + 1));
  });
});
