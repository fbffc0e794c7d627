import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { JsonObject } from '../../src/protocol/json.ts';
import type { StreamAnswer, UpstreamAnswer } from '../../src/protocol/upstream-answer.ts';
import type { Provider, UpstreamCall } from '../../src/providers/provider.ts';
import { upstreamCall } from '../providers/upstream-call.ts';

/** A provider whose upstream behaves as the name of the model tells it: the sandbox's names. */
export interface ProviderUnderTest {
  readonly provider: Provider;
  stop(): Promise<void>;
}

const never = new AbortController().signal;

interface CallChanges extends Partial<Pick<UpstreamCall, 'timeoutMs' | 'firstTokenTimeoutMs'>> {
  readonly request?: JsonObject;
  readonly stream?: boolean;
}

function call(upstream: string, { request, stream = false, ...parts }: CallChanges = {}): UpstreamCall {
  return upstreamCall({ ...request, ...(stream ? { stream } : {}) }, { upstream, ...parts });
}

function streamOf(answer: UpstreamAnswer): StreamAnswer {
  if (answer.kind !== 'stream') throw new Error(`not a stream but ${JSON.stringify(answer)}`);
  return answer;
}

async function textOf(answer: StreamAnswer, seen: (text: string) => void = () => undefined): Promise<string> {
  let text = '';
  for await (const chunk of answer.chunks) {
    text += Buffer.from(chunk).toString();
    seen(text);
  }
  return text;
}

/** What every provider does. */
export function describeProvider(kind: string, start: () => Promise<ProviderUnderTest>): void {
  describe(`a provider of kind ${kind}`, () => {
    let running: ProviderUnderTest;
    const attempt = (upstreamCall: UpstreamCall, signal = never) => running.provider.attempt(upstreamCall, signal);
    beforeAll(async () => {
      running = await start();
    });
    afterAll(() => running.stop());

    it('gives a whole answer as bytes of JSON, with its usage', async () => {
      const answer = await attempt(call('echo'));
      if (answer.kind !== 'whole') throw new Error(`not whole but ${JSON.stringify(answer)}`);
      const body = JSON.parse(Buffer.from(answer.body).toString());
      expect(body.choices[0].message.content).toBe('hello there');
      expect(answer.headers['content-type']).toContain('application/json');
      expect(answer.usage).toMatchObject({
        inputTokens: body.usage.prompt_tokens,
        outputTokens: body.usage.completion_tokens,
      });
    });

    it('gives a stream as whole events that end with the end mark', async () => {
      const answer = streamOf(await attempt(call('echo', { stream: true })));
      const text = await textOf(answer, (sofar) => expect(sofar.endsWith('\n\n')).toBe(true));
      expect(answer.headers['content-type']).toContain('text/event-stream');
      expect(text).toMatch(/^data: \{/);
      expect(text).toMatch(/data: \[DONE\]\n\n$/);
    });

    it('shows the usage of a stream to those who ask for it', async () => {
      const request = { stream_options: { include_usage: true } };
      const answer = streamOf(await attempt(call('echo', { stream: true, request })));
      expect(await textOf(answer)).toMatch(/"usage":\{/);
      expect(answer.usage()).toMatchObject({ inputTokens: expect.any(Number), outputTokens: expect.any(Number) });
    });

    it('knows the usage of a stream whose caller does not want to see it', async () => {
      const answer = streamOf(await attempt(call('echo', { stream: true })));
      expect(await textOf(answer)).not.toMatch(/"usage":\s*\{/);
      expect(answer.usage()).toMatchObject({ inputTokens: expect.any(Number), outputTokens: expect.any(Number) });
    });

    it.each([true, false])('says how long a busy upstream wants to be left alone (stream: %s)', async (stream) => {
      const answer = await attempt(call('fail-429', { stream }));
      expect(answer).toMatchObject({ kind: 'failure', failure: 'rate_limited', status: 429, retryAfterMs: 1000 });
    });

    it.each([true, false])('tells a failing upstream by its status (stream: %s)', async (stream) => {
      const answer = await attempt(call('fail-500', { stream }));
      expect(answer).toMatchObject({ kind: 'failure', failure: 'server_error', status: 500 });
    });

    it.each([true, false])('takes nothing for an answer that is none (stream: %s)', async (stream) => {
      const answer = await attempt(call('garbage', { stream }));
      expect(answer).toMatchObject({ kind: 'failure', failure: 'bad_response' });
    });

    it('takes half an answer for none', async () => {
      const answer = await attempt(call('cut-stream'));
      expect(answer).toMatchObject({ kind: 'failure', failure: 'network' });
    });

    it('says that a stream broke off after its first events', async () => {
      const answer = streamOf(await attempt(call('cut-stream', { stream: true })));
      let seen = '';
      const reading = textOf(answer, (text) => {
        seen = text;
      });
      await expect(reading).rejects.toMatchObject({ name: 'BrokenStream', failure: { failure: 'network' } });
      expect(seen).toMatch(/^data: \{/);
      expect(seen).not.toContain('[DONE]');
      expect(answer.usage()).toBeUndefined();
    });

    it.each([true, false])('gives up on an upstream that never answers (stream: %s)', async (stream) => {
      const answer = await attempt(call('timeout', { stream, timeoutMs: 20 }));
      expect(answer).toMatchObject({ kind: 'failure', failure: 'timeout' });
    });

    it('gives up on a stream that never begins', async () => {
      const answer = await attempt(call('timeout', { stream: true, firstTokenTimeoutMs: 20 }));
      expect(answer).toMatchObject({ kind: 'failure', failure: 'first_token_timeout' });
    });

    it('does not hold a whole answer to the limit on a first token', async () => {
      const answer = await attempt(call('timeout', { firstTokenTimeoutMs: 1, timeoutMs: 50 }));
      expect(answer).toMatchObject({ failure: 'timeout' });
    });

    it.each(['timeout', 'slow', 'echo'])('ends at once when its caller goes away (%s)', async (upstream) => {
      const caller = new AbortController();
      const answering = attempt(call(upstream), caller.signal);
      caller.abort();
      if (upstream !== 'echo') expect(await answering).toMatchObject({ kind: 'failure', failure: 'network' });
      else await answering;
    });

    it('calls nobody for a caller that has gone', async () => {
      const answer = await attempt(call('timeout'), AbortSignal.abort());
      expect(answer).toMatchObject({ kind: 'failure', failure: 'network' });
    });

    it('ends a stream when its reader leaves', async () => {
      const answer = streamOf(await attempt(call('echo', { stream: true })));
      for await (const chunk of answer.chunks) {
        expect(chunk.length).toBeGreaterThan(0);
        break;
      }
      expect(await answer.chunks[Symbol.asyncIterator]().next()).toMatchObject({ done: true });
    });

    it('calls the function that a request insists on', async () => {
      const tools = [{ type: 'function', function: { name: 'look_up', parameters: { type: 'object' } } }];
      const request = { tools, tool_choice: 'required' };
      const answer = await attempt(call('echo', { request }));
      if (answer.kind !== 'whole') throw new Error(`not whole but ${JSON.stringify(answer)}`);
      const [choice] = JSON.parse(Buffer.from(answer.body).toString()).choices;
      expect(choice.finish_reason).toBe('tool_calls');
      expect(choice.message.tool_calls[0].function.name).toBe('look_up');
    });
  });
}
