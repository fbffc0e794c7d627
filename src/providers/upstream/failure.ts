import type { FailureClass } from '../../protocol/failure.ts';
import { type JsonObject, parseJsonObject } from '../../protocol/json.ts';
import { failureOfCode, failureOfStatus } from '../../protocol/status-failure.ts';
import type { UpstreamFailure } from '../../protocol/upstream-answer.ts';
import type { Deadline } from './deadline.ts';
import { readRetryAfter } from './retry-after.ts';
import { readRefusal, readSaidError } from './said-error.ts';
import { cleanWords } from './upstream-words.ts';

/** Compatible servers that have no code for it say it in words. */
const tooLong = /maximum context length|context window|(?:prompt|input) is too long|too many tokens|input token count/i;

/** An answer that is no success: its status, headers and the start of its body. */
export interface Refusal {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  readonly text: string;
}

/** The class of an answer that is no success, in the upstream's own words. */
export function statusFailure({ status, headers, text }: Refusal, secrets: readonly string[]): UpstreamFailure {
  const body = parseJsonObject(text);
  const said = body && readRefusal(body);
  const words = said?.message ?? (text === '' ? `status ${status} without a body` : text);
  const known = failureOfStatus(status, [said?.code, said?.type, awsError(headers)]);
  const retryAfterMs = readRetryAfter(headers, new Date()) ?? said?.retryAfterMs;
  return {
    kind: 'failure',
    failure: known === 'bad_request' && tooLong.test(words) ? 'context_exceeded' : known,
    status,
    message: cleanWords(words, secrets),
    code: said?.code ?? null,
    param: said?.param ?? null,
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
  };
}

/** AWS names its errors in a header, with an address behind a colon. */
function awsError(headers: Refusal['headers']): string | null {
  const name = headers['x-amzn-errortype'];
  return typeof name === 'string' ? (name.split(':')[0] ?? null) : null;
}

/** An error object under a status of 200: in a whole answer, or as an event of a stream. */
export function saidFailure(body: JsonObject, secrets: readonly string[]): UpstreamFailure | undefined {
  const said = readSaidError(body);
  if (said === undefined) return undefined;
  const status = Number(said.code);
  const isStatus = status >= 400 && status < 600;
  return {
    kind: 'failure',
    failure: isStatus ? failureOfStatus(status, [said.type]) : failureOfCode([said.code, said.type]),
    status: isStatus ? status : 200,
    message: cleanWords(said.message, secrets),
    code: said.code,
    param: said.param,
    ...(said.retryAfterMs === undefined ? {} : { retryAfterMs: said.retryAfterMs }),
  };
}

/** Thrown where a failure has to pass through somebody else's code; `brokenCall` finds it again. */
export class FailedCall extends Error {
  readonly failure: UpstreamFailure;

  constructor(failure: UpstreamFailure) {
    super(failure.message);
    this.name = 'FailedCall';
    this.failure = failure;
  }
}

/** No answer, or only a part of one. Addresses stay out of the words: callers read them. */
export function brokenCall(error: unknown, deadline: Deadline): UpstreamFailure {
  const expired = deadline.expired();
  if (expired === 'timeout') return wordsOnly('timeout', 'no complete answer within the time allowed');
  if (expired === 'first_token_timeout') return wordsOnly(expired, 'no first token within the time allowed');
  if (deadline.aborted) return wordsOnly('network', 'the caller went away');
  return failureBehind(error);
}

/** How many errors others may have put around the one that tells what happened. */
const mostCauses = 4;

function failureBehind(error: unknown): UpstreamFailure {
  let code = 'unknown';
  let cause = error;
  for (let depth = 0; depth < mostCauses && cause instanceof Error; depth++, cause = cause.cause) {
    if (cause instanceof FailedCall) return cause.failure;
    if (notHttp.includes(cause.name)) return badResponse(`an answer that is not HTTP (${cause.name})`);
    if (code === 'unknown' && 'code' in cause) code = String(cause.code);
  }
  return wordsOnly('network', `the connection to the upstream failed (${code})`);
}

/** How undici calls what no HTTP/1.1 parser can read, or would have to read without end. */
const notHttp: readonly string[] = ['HTTPParserError', 'HeadersOverflowError'];

/** The connection ended in good order, the answer did not. */
export const cutShort = wordsOnly('network', 'the upstream ended the stream before its answer was complete');

export function badResponse(message: string): UpstreamFailure {
  return { ...wordsOnly('bad_response', message), status: 200 };
}

/** What happened, where no upstream said anything. */
export function wordsOnly(failure: FailureClass, message: string): UpstreamFailure {
  return { kind: 'failure', failure, status: null, message, code: null, param: null };
}
