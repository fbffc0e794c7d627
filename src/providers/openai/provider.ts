import type { Dispatcher } from 'undici';
import type { ProviderConfig } from '../../config/config.ts';
import type { AnswerHeaders, UpstreamAnswer } from '../../protocol/upstream-answer.ts';
import type { Provider, UpstreamCall } from '../provider.ts';
import { readAll, readStart } from '../upstream/body.ts';
import { type Deadline, openDeadline } from '../upstream/deadline.ts';
import { badResponse, brokenCall } from '../upstream/failure.ts';
import { openUpstream, type ProviderTools, type Upstream } from '../upstream/upstream.ts';
import type { UpstreamReply } from '../upstream/upstream-reply.ts';
import { writeBody } from './request.ts';
import { readStream } from './stream.ts';
import { readWhole } from './whole.ts';

/** OpenAI, and whatever speaks its language: bytes are passed through, both ways. */
export function createOpenAiProvider(config: ProviderConfig, tools: ProviderTools): Provider {
  const upstream = openUpstream(config, tools);

  async function attempt(call: UpstreamCall, signal: AbortSignal): Promise<UpstreamAnswer> {
    const deadline = openDeadline(
      signal,
      call.timeoutMs ?? config.timeoutMs,
      call.stream ? call.firstTokenTimeoutMs : null,
    );
    let answer: UpstreamAnswer | undefined;
    try {
      answer = await callUpstream(upstream, call, deadline);
    } catch (error) {
      answer = brokenCall(error, deadline);
    } finally {
      // A stream's deadline holds until the stream has ended.
      if (answer?.kind !== 'stream') deadline.close();
    }
    return answer;
  }

  return { name: config.name, attempt, close: () => upstream.close() };
}

async function callUpstream(upstream: Upstream, call: UpstreamCall, deadline: Deadline): Promise<UpstreamAnswer> {
  const reply = await upstream.send(
    {
      method: 'POST',
      path: '/chat/completions',
      headers: { 'content-type': 'application/json' },
      body: writeBody(call),
      model: call.upstream,
      keyId: null,
    },
    deadline,
  );
  return reply.kind === 'failure' ? reply : readAnswer(call, reply, deadline, upstream.secrets);
}

async function readAnswer(
  call: UpstreamCall,
  { headers, body }: UpstreamReply,
  deadline: Deadline,
  secrets: readonly string[],
): Promise<UpstreamAnswer> {
  const shown = relayed(headers);
  if (!call.stream) {
    const bytes = await readAll(body, Number(headers['content-length'] ?? Number.POSITIVE_INFINITY));
    return bytes === undefined
      ? badResponse('an answer larger than the gateway takes')
      : readWhole(bytes, shown, secrets);
  }
  if (/^text\/event-stream/i.test(shown['content-type'] ?? '')) {
    const source: AsyncIterator<Buffer> = body[Symbol.asyncIterator]();
    const answer = await readStream(source, shown, deadline, secrets);
    if (answer.kind === 'failure') await source.return?.();
    return answer;
  }
  const whole = readWhole(Buffer.from(await readStart(body)), shown, secrets);
  return whole.kind === 'failure' ? whole : badResponse('a whole answer where a stream was asked for');
}

/** What of the upstream's headers callers see. Its rate limits and its request id are the gateway's, not theirs. */
const relayedHeaders = ['content-type', 'openai-processing-ms', 'openai-version'] as const;

function relayed(headers: Dispatcher.ResponseData['headers']): AnswerHeaders {
  const shown: Record<string, string> = {};
  for (const name of relayedHeaders) {
    const value = headers[name];
    if (typeof value === 'string') shown[name] = value;
  }
  return shown;
}
