import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { atSomePace } from '../support/at-some-pace.ts';
import { flooding, head, saying, startBadUpstream } from '../support/bad-upstream.ts';
import { servedInventory } from '../support/served-inventory.ts';
import { until } from '../support/until.ts';
import { runGateway } from './running-gateway.ts';

const stream = head('text/event-stream');
const data = (value: unknown) => `data: ${JSON.stringify(value)}\n\n`;
const chunk = (content: string) => data({ id: 'a', choices: [{ index: 0, delta: { content } }] });
const stop = data({ id: 'a', choices: [{ index: 0, delta: {}, finish_reason: 'stop' }] });
const usage = data({ id: 'a', choices: [], usage: { prompt_tokens: 3, completion_tokens: 2, total_tokens: 5 } });
const whole = `${chunk('all ')}${chunk('well')}${stop}${usage}data: [DONE]\n\n`;
const overloaded = data({ error: { type: 'overloaded_error', code: 'overloaded_error', message: 'come back later' } });
/** As long-lived connections have it: only these can be told to have been cut. */
const chunked = 'HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n';
const piece = (text: string) => `${Buffer.byteLength(text).toString(16)}\r\n${text}\r\n`;
const reset = (socket: Socket) => socket.resetAndDestroy();

interface Patience {
  /** Of the first model, for its first token. */
  readonly firstToken?: string;
  /** Of both providers, between two packets. */
  readonly idle?: string;
  readonly server?: string;
}

/** A gateway whose first model is on the upstream of the test, and whose second answers. It has patience where the test says nothing. */
async function openGateway(
  answer: (socket: Socket) => void | Promise<void>,
  { firstToken = '2m', idle = '2m', server = '' }: Patience = {},
  rules = `use bad first token ${firstToken} then echo first token 2m`,
) {
  const upstream = await startBadUpstream(answer);
  const { config, policy } = servedInventory(
    `
${server}
providers:
  raw: { kind: openai-compatible, base_url: "${upstream.url}/v1", idle_timeout: ${idle}, circuit: off }
  claude: { kind: anthropic, base_url: "${upstream.url}", api_key: k, idle_timeout: ${idle}, circuit: off }
  sandbox: { kind: sandbox }
models:
  claude: { provider: claude, price: free, context_window: 8k }
  bad: { provider: raw, price: free, context_window: 8k }
  echo: { provider: sandbox, price: free, context_window: 8k }
`,
    `routes { otherwise ${rules} }\nfallback on { timeout, first_token_timeout, server_error, overloaded, network, bad_response }`,
  );
  const gateway = await runGateway(config, policy);
  const ask = async () => {
    const response = await gateway.post({ model: 'x', stream: true, messages: [{ role: 'user', content: 'hello' }] });
    return { model: response.headers.get('x-llmpolicy-model'), text: await response.text() };
  };
  const failure = async () => {
    const [entry] = await gateway.logLines(1);
    return (entry?.['attempts'] as { failure?: string }[] | undefined)?.[0]?.failure;
  };
  return { ...gateway, upstream, ask, failure };
}

describe('a stream that has not begun goes to the next model when its upstream', () => {
  it.each<[string, (socket: Socket) => void | Promise<void>, string]>([
    ['never answers', () => undefined, 'first_token_timeout'],
    ['says nothing after its head', (socket) => void socket.write(stream), 'first_token_timeout'],
    ['says only that it is alive', dripping(`${stream}`, ': ping\n\n'), 'first_token_timeout'],
    ['drips the head of an answer', dripping('HTTP/1.1 200 O', 'K'), 'first_token_timeout'],
    ['resets the connection', reset, 'network'],
    [
      'resets it after the head',
      async (socket) => {
        socket.write(chunked);
        await sleep(20);
        reset(socket);
      },
      'network',
    ],
    ['hangs up inside its first event', saying(stream, 'data: {"id":"a","cho'), 'bad_response'],
    ['is overloaded, as it says in the stream', saying(stream, overloaded), 'overloaded'],
    ['ends before an event', saying(stream, 'data: [DONE]\n\n'), 'bad_response'],
  ])('%s', async (_, answer, wanted) => {
    const { ask, failure } = await openGateway(answer, wanted === 'first_token_timeout' ? { firstToken: '150ms' } : {});
    const { model, text } = await ask();
    expect([model, text.includes('[DONE]'), text.includes('error')]).toEqual(['echo', true, false]);
    expect(await failure()).toBe(wanted);
  });
});

describe('a stream that has begun ends with an error event of the API, and is settled, when its upstream', () => {
  it.each<[string, (socket: Socket) => void | Promise<void>, string]>([
    [
      'resets the connection',
      async (socket) => {
        socket.write(`${chunked}${piece(chunk('some words'))}`);
        await sleep(50);
        reset(socket);
      },
      'the connection to the upstream failed',
    ],
    ['falls silent', (socket) => void socket.write(`${stream}${chunk('some words')}`), 'fell silent'],
    ['hangs up inside an event', saying(stream, chunk('some words'), 'data: {"id":'), 'before its answer was complete'],
  ])('%s', async (_, answer, words) => {
    const { ask, logLines } = await openGateway(answer, words === 'fell silent' ? { idle: '150ms' } : {});
    const { model, text } = await ask();
    expect(model).toBe('bad');
    const events = text.trimEnd().split('\n\n');
    expect(JSON.parse(events.at(-1)?.slice('data: '.length) ?? '')).toMatchObject({
      error: { code: 'stream_cut', message: expect.stringContaining(words) },
    });
    expect(text).not.toContain('[DONE]');
    const [entry] = await logLines(1);
    expect(entry).toMatchObject({ outcome: 'broken', usage: { estimated: true, outputTokens: expect.any(Number) } });
  });

  it('falls silent, and speaks another language than the caller', async () => {
    const event = (type: string, fields: object) => `event: ${type}\ndata: ${JSON.stringify({ type, ...fields })}\n\n`;
    const begun = [
      event('message_start', {
        message: {
          id: 'm',
          type: 'message',
          role: 'assistant',
          content: [],
          model: 'm',
          stop_reason: null,
          stop_sequence: null,
          usage: { input_tokens: 3, output_tokens: 1 },
        },
      }),
      event('content_block_start', { index: 0, content_block: { type: 'text', text: '' } }),
      event('content_block_delta', { index: 0, delta: { type: 'text_delta', text: 'some words' } }),
    ];
    const { ask, logLines } = await openGateway(
      (socket) => void socket.write(`${stream}${begun.join('')}`),
      { idle: '150ms' },
      'use claude',
    );
    const { text } = await ask();
    expect(text).toContain('some words');
    expect(text).toContain('"code":"stream_cut"');
    expect(await logLines(1)).toMatchObject([{ outcome: 'broken', usage: { estimated: true } }]);
  });

  it('is overloaded: what it says of that is passed on once', async () => {
    const { ask, logLines } = await openGateway(saying(stream, chunk('some words'), overloaded));
    const { text } = await ask();
    expect(text.match(/overloaded_error/g)?.length).toBeGreaterThan(0);
    expect(text.match(/"error"/g)).toHaveLength(1);
    expect(await logLines(1)).toMatchObject([{ outcome: 'broken', error: 'stream_failed' }]);
  });
});

describe('a stream', () => {
  it('passes whole when it comes byte by byte', async () => {
    const { ask, logLines } = await openGateway(async (socket) => {
      for (const byte of `${stream}${whole}`) {
        socket.write(byte);
        await new Promise((resolve) => setImmediate(resolve));
      }
      socket.end();
    });
    const { text } = await ask();
    expect(text).toContain(`${chunk('all ')}${chunk('well')}${stop}`);
    expect(await logLines(1)).toMatchObject([{ outcome: 'served', usage: { inputTokens: 3, outputTokens: 2 } }]);
  });

  it('makes its upstream wait for a caller that does not read, and is not taken for silent meanwhile', () =>
    atSomePace(async (idleMs) => {
      const flood = flooding(stream, chunk('x'.repeat(10_000)));
      const { url, upstream, logLines } = await openGateway(flood, { idle: `${idleMs}ms` });
      const caller = askWithoutReading(url);
      await once(caller, 'readable');
      let sent = -1;
      await until('the upstream to be held up', () => {
        const before = sent;
        sent = upstream.sentSoFar();
        return (sent > 0 && sent === before) || undefined;
      });
      // Longer than `idle_timeout`: it is the caller who is slow.
      await sleep(2 * idleMs);
      const held = upstream.sentSoFar();
      expect(held).toBeLessThan(24 * 1024 * 1024);
      caller.resume();
      await until('the stream to go on', () => upstream.sentSoFar() > held + 1024 * 1024 || undefined);
      caller.destroy();
      await upstream.left();
      expect(await logLines(1)).toMatchObject([{ outcome: 'aborted' }]);
    }));

  it('ends for a caller that takes nothing of it for too long', async () => {
    const flood = flooding(stream, chunk('x'.repeat(10_000)));
    const server = 'server: { write_timeout: 200ms }';
    const { url, upstream, logLines, gate } = await openGateway(flood, { server });
    const caller = askWithoutReading(url);
    await once(caller, 'readable');
    await upstream.left();
    expect(await logLines(1)).toMatchObject([{ outcome: 'aborted' }]);
    expect(gate.running).toBe(0);
    caller.destroy();
  });
});

/** A caller that asks for a stream, and takes nothing of it. */
function askWithoutReading(url: string): Socket {
  const body = JSON.stringify({ model: 'x', stream: true, messages: [{ role: 'user', content: 'hello' }] });
  const caller = connect(Number(new URL(url).port), '127.0.0.1').on('error', () => undefined);
  caller.write(`POST /v1/chat/completions HTTP/1.1\r\nhost: a\r\ncontent-length: ${body.length}\r\n\r\n${body}`);
  return caller;
}

function dripping(beginning: string, again: string) {
  return async (socket: Socket) => {
    socket.write(beginning);
    while (!socket.destroyed) {
      socket.write(again);
      await sleep(20);
    }
  };
}
