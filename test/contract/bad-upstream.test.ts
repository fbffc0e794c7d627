import type { Socket } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createProvider } from '../../src/assemble.ts';
import type { ProviderKind } from '../../src/config/provider-kinds.ts';
import type { SurfaceName } from '../../src/protocol/api-request.ts';
import type { UpstreamAnswer } from '../../src/protocol/upstream-answer.ts';
import { providerConfig, providerTools } from '../providers/provider-config.ts';
import { upstreamCall } from '../providers/upstream-call.ts';
import { type BadUpstream, flooding, head, saying, startBadUpstream } from '../support/bad-upstream.ts';

const secret = 'the-key-that-nobody-may-see';

/** Every way to an upstream: bytes passed through on each surface, and translated for each language. */
const ways: readonly (readonly [surface: SurfaceName, kind: ProviderKind])[] = [
  ['chat', 'openai'],
  ['responses', 'openai'],
  ['messages', 'anthropic'],
  ['embeddings', 'openai'],
  ['messages', 'openai'],
  ['chat', 'anthropic'],
  ['chat', 'google'],
  ['chat', 'amazon-bedrock'],
  ['chat', 'mistral'],
  ['chat', 'cohere'],
  ['messages', 'groq'],
];

const bodies = {
  chat: {},
  responses: { input: 'hello there' },
  messages: { max_tokens: 100 },
  embeddings: { input: 'hello there' },
};

interface Call {
  readonly surface: SurfaceName;
  readonly kind: ProviderKind;
  readonly stream: boolean;
}

/** One way for each reader of answers: enough for what takes megabytes. */
const readers: readonly string[] = ['chat openai', 'messages anthropic', 'chat anthropic', 'chat amazon-bedrock'];
const hasReader = ({ surface, kind }: Call) => readers.includes(`${surface} ${kind}`);

const calls: readonly Call[] = ways.flatMap(([surface, kind]) =>
  (surface === 'embeddings' ? [false] : [false, true]).map((stream) => ({ surface, kind, stream })),
);

async function attempt(
  { surface, kind, stream }: Call,
  answer: (socket: Socket) => void | Promise<void>,
  timeoutMs = 120_000,
) {
  const upstream = await startBadUpstream(answer);
  const config = providerConfig({ kind, baseUrl: `${upstream.url}/v1`, apiKeys: [secret] });
  const provider = createProvider(config, providerTools(config).access);
  onTestFinished(() => provider.close());
  const call = upstreamCall({ ...bodies[surface], ...(stream ? { stream } : {}) }, { surface, timeoutMs });
  return { upstream, answered: await provider.attempt(call, new AbortController().signal) };
}

/** The failure of the call, whether it comes in place of the answer or breaks it off. */
async function failureOf(answered: UpstreamAnswer): Promise<unknown> {
  if (answered.kind === 'failure') return answered;
  if (answered.kind === 'whole') throw new Error(`an answer: ${Buffer.from(answered.body).toString()}`);
  try {
    for await (const _chunk of answered.chunks);
  } catch (error) {
    return error instanceof Error && 'failure' in error ? error.failure : error;
  }
  throw new Error('a whole stream');
}

async function expectFailure(call: Call, answer: (socket: Socket) => void, failure: string, words: string | RegExp) {
  const { answered } = await attempt(call, answer);
  expect(await failureOf(answered)).toMatchObject({ failure, message: expect.stringMatching(words) });
}

const page = `<html><h1>Welcome to nginx</h1> ${secret}</html>`;
const json = 'application/json';
const events = 'text/event-stream';
/** Of a frame of 80 bytes, the first eight. */
const halfFrame = new Uint8Array([0, 0, 0, 80, 0, 0, 0, 10]);
const isFramed = ({ kind, stream }: Call) => stream && kind === 'amazon-bedrock';
const typeFor = (call: Call) => (call.stream ? (isFramed(call) ? 'application/vnd.amazon.eventstream' : events) : json);

describe.each(calls)('an upstream of kind $kind, asked for $surface (stream: $stream), that answers', (call) => {
  it('a web page', () =>
    expectFailure(call, saying(head('text/html'), page), 'bad_response', /Welcome to nginx.*\[secret\]/));

  it('a web page with a status of failure', () =>
    expectFailure(
      call,
      saying(head('text/html', { status: 502 }), page),
      'server_error',
      /Welcome to nginx.*\[secret\]/,
    ));

  it('half an answer', () =>
    expectFailure(
      call,
      saying(head(typeFor(call), { more: 'content-length: 100\r\n' }), isFramed(call) ? halfFrame : '{"id":"1","cho'),
      'network',
      /./,
    ));

  it('half of some JSON, and an end', () =>
    expectFailure(
      call,
      saying(head(json), '{"id":"1","cho'),
      'bad_response',
      call.surface === 'embeddings' ? /./ : /\{"id":"1","cho/,
    ));

  it('an answer of another type', () =>
    expectFailure(call, saying(head('text/plain'), '{"a":1}'), 'bad_response', /text\/plain/));

  it('an answer without a type', () =>
    expectFailure(call, saying(head(null), '{"a":1}'), 'bad_response', /without a type/));

  it('nothing at all', () => expectFailure(call, (socket) => void socket.destroy(), 'network', /connection/));

  it('a status and nothing else', () => expectFailure(call, saying(head(typeFor(call))), 'bad_response', /./));

  it('something that is not HTTP', () =>
    expectFailure(call, saying('SSH-2.0-OpenSSH_9.2\r\n'), 'bad_response', /not HTTP/));

  it('headers without an end', async () => {
    const { answered, upstream } = await attempt(
      call,
      flooding('HTTP/1.1 200 OK\r\n', `x-pad: ${'x'.repeat(1000)}\r\n`),
    );
    expect(await failureOf(answered)).toMatchObject({ failure: 'bad_response' });
    await expectSentLess(upstream, 8);
  });

  it('an error without an end', async () => {
    const { answered, upstream } = await attempt(call, flooding(head(json, { status: 500 }), 'x'.repeat(65_536)));
    expect(await failureOf(answered)).toMatchObject({
      failure: 'server_error',
      message: expect.stringMatching(/^x{500}…$/),
    });
    await expectSentLess(upstream, 8);
  });

  it('nothing more after its first bytes', async () => {
    const { answered } = await attempt(call, (socket) => void socket.write(head(typeFor(call))), 100);
    expect(await failureOf(answered)).toMatchObject({ failure: 'timeout' });
  });
});

async function expectSentLess(upstream: BadUpstream, megabytes: number) {
  await upstream.left();
  expect(upstream.sent()).toBeLessThan(megabytes * 1024 * 1024);
}

describe.each(calls.filter((call) => !call.stream && hasReader(call)))(
  'an upstream of kind $kind, asked for $surface, that answers',
  (call) => {
    it('100 megabytes', async () => {
      const { answered, upstream } = await attempt(call, flooding(`${head(json)}{"a":"`, 'x'.repeat(1 << 20)));
      expect(await failureOf(answered)).toMatchObject({
        failure: 'bad_response',
        message: expect.stringContaining('larger'),
      });
      await expectSentLess(upstream, 80);
    });
  },
);

describe.each(calls.filter((call) => call.stream && hasReader(call) && !isFramed(call)))(
  'an upstream of kind $kind, asked to stream $surface, that answers',
  (call) => {
    it('an event without an end', async () => {
      const { answered, upstream } = await attempt(call, flooding(`${head(events)}data: {"a":"`, 'x'.repeat(1 << 20)));
      expect(await failureOf(answered)).toMatchObject({
        failure: 'bad_response',
        message: expect.stringContaining('without an end'),
      });
      await expectSentLess(upstream, 40);
    });
  },
);

describe('an upstream of Amazon Bedrock that streams', () => {
  const framed = head('application/vnd.amazon.eventstream');
  const call = { surface: 'chat', kind: 'amazon-bedrock', stream: true } as const;

  it('a frame larger than any answer is refused at its beginning', async () => {
    const { answered, upstream } = await attempt(call, flooding(`${framed}\x7f\x00\x00\x00`, 'x'.repeat(1 << 20)));
    expect(await failureOf(answered)).toMatchObject({ failure: 'bad_response' });
    await expectSentLess(upstream, 8);
  });

  it('half a frame, in good order, has not answered', () =>
    expectFailure(call, saying(framed, halfFrame), 'bad_response', /before its first event/));
});
