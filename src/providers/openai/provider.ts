import { type Dispatcher, Pool } from 'undici';
import type { ProviderConfig } from '../../config/config.ts';
import type { AnswerHeaders, UpstreamAnswer } from '../../protocol/upstream-answer.ts';
import { type Deadline, openDeadline } from '../deadline.ts';
import type { Provider, UpstreamCall } from '../provider.ts';
import { readRetryAfter } from '../retry-after.ts';
import { readAll, readStart } from './body.ts';
import { badResponse, brokenCall, statusFailure } from './failure.ts';
import { chatEndpoint, createHeaders, writeBody } from './request.ts';
import { readStream } from './stream.ts';
import { readWhole } from './whole.ts';

/** OpenAI, and whatever speaks its language: bytes are passed through, both ways. */
export function createOpenAiProvider(config: ProviderConfig): Provider {
  const endpoint = chatEndpoint(config);
  const nextHeaders = createHeaders(config.apiKeys);
  // Redirects are not followed: only what the config names is called. Time is kept by the deadline of each call.
  const pool = new Pool(endpoint.origin, { allowH2: false, headersTimeout: 0, bodyTimeout: 0 });

  async function attempt(call: UpstreamCall, signal: AbortSignal): Promise<UpstreamAnswer> {
    const deadline = openDeadline(
      signal,
      call.timeoutMs ?? config.timeoutMs,
      call.stream ? call.firstTokenTimeoutMs : null,
    );
    let answer: UpstreamAnswer | undefined;
    try {
      const response = await pool.request({
        method: 'POST',
        path: endpoint.path,
        headers: nextHeaders(),
        body: writeBody(call),
        signal: deadline.signal,
      });
      answer = await readAnswer(call, response, deadline, config.apiKeys);
    } catch (error) {
      answer = brokenCall(error, deadline);
    } finally {
      // A stream's deadline holds until the stream has ended.
      if (answer?.kind !== 'stream') deadline.close();
    }
    return answer;
  }

  return { name: config.name, attempt, close: () => pool.close() };
}

async function readAnswer(
  call: UpstreamCall,
  { statusCode, headers, body }: Dispatcher.ResponseData,
  deadline: Deadline,
  secrets: readonly string[],
): Promise<UpstreamAnswer> {
  if (statusCode !== 200) {
    return statusFailure(statusCode, await readStart(body), readRetryAfter(headers, new Date()), secrets);
  }
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
