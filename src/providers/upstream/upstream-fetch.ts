import { parseJsonObject } from '../../protocol/json.ts';
import type { UpstreamFailure } from '../../protocol/upstream-answer.ts';
import { readAll, readStart } from './body.ts';
import { boundedStream } from './bounded-body.ts';
import { type CallEnd, endOfSignal, longestTimer } from './deadline.ts';
import { badResponse, FailedCall, saidFailure } from './failure.ts';
import type { UpstreamReply, UpstreamSend } from './upstream-reply.ts';
import { cleanWords } from './upstream-words.ts';

/** What a call through `fetch` needs beside its request. */
export interface FetchedCall {
  /** The provider's own name of the model. */
  readonly model: string;
  /** Only the key of this id will do; null takes the next. */
  readonly keyId: string | null;
  /** Whether a stream of events was asked for: an answer of another kind is none. */
  readonly stream: boolean;
  /** Told the headers of the answer and which key made it, before its body is read. */
  readonly onReply?: (reply: Pick<UpstreamReply, 'headers' | 'keyId'>) => void;
}

interface Exchange {
  readonly origin: string;
  readonly exchange: (call: UpstreamSend, end: CallEnd) => Promise<UpstreamReply | UpstreamFailure>;
  readonly secrets: () => readonly string[];
  /** For a request that brings no signal. */
  readonly timeoutMs: number;
}

/** Put in by the upstream's own keys: what an SDK makes of its own settings, or of the environment, never goes out. */
const ownHeaders = ['authorization', 'x-api-key', 'api-key', 'x-goog-api-key', 'user-agent', 'cookie'];

/**
 * `fetch` as the Fetch standard has it, for what the AI SDK's packages do with it. It calls the upstream's origin and
 * nothing else, follows no redirect, and throws a `FailedCall` for every answer that is no success.
 */
export function createFetch({ origin, exchange, secrets, timeoutMs }: Exchange, call: FetchedCall): typeof fetch {
  return async (input, init = {}) => {
    const url = new URL(input instanceof Request ? input.url : input);
    if (url.origin !== origin) throw new Error('a call to an address that the config does not name');
    const reply = await exchange(
      {
        method: init.method === 'GET' ? 'GET' : 'POST',
        path: `${url.pathname}${url.search}`,
        headers: headersOf(init),
        body: bodyOf(init.body),
        model: call.model,
        keyId: call.keyId,
      },
      endOfSignal(init.signal ?? AbortSignal.timeout(Math.min(timeoutMs, longestTimer))),
    );
    if (reply.kind === 'failure') throw new FailedCall(reply);
    call.onReply?.(reply);
    const bytes = call.stream ? await streamOf(reply, secrets()) : await wholeOf(reply, secrets());
    return new Response(bytes, { status: reply.status, headers: plainHeaders(reply.headers) });
  };
}

/** Server-sent events, or AWS's own: readers of either find nothing in another answer, and take that for an end. */
const eventTypes = /^(?:text\/event-stream|application\/vnd\.amazon\.eventstream)/i;

async function streamOf(reply: UpstreamReply, secrets: readonly string[]): Promise<ReadableStream> {
  const type = typeOf(reply);
  if (eventTypes.test(type)) return ReadableStream.from(boundedStream(reply));
  const text = await readStart(reply.body);
  const said = parseJsonObject(text);
  throw new FailedCall((said && saidFailure(said, secrets)) ?? notThat('a stream of events', type, text, secrets));
}

async function wholeOf(reply: UpstreamReply, secrets: readonly string[]): Promise<Uint8Array<ArrayBuffer>> {
  const bytes = await readAll(reply.body);
  if (bytes === undefined) throw new FailedCall(badResponse('an answer larger than the gateway takes'));
  const type = typeOf(reply);
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString();
  const said = /json/i.test(type) ? parseJsonObject(text) : undefined;
  if (said === undefined) throw new FailedCall(notThat('a JSON object', type, text, secrets));
  const failure = saidFailure(said, secrets);
  if (failure !== undefined) throw new FailedCall(failure);
  return new Uint8Array(bytes);
}

function typeOf({ headers }: UpstreamReply): string {
  return String(headers['content-type'] ?? 'something without a type');
}

function notThat(wanted: string, type: string, text: string, secrets: readonly string[]): UpstreamFailure {
  return badResponse(cleanWords(`not ${wanted}, but ${type}: ${text}`, secrets));
}

function headersOf({ headers }: RequestInit): Readonly<Record<string, string>> {
  const sent = new Headers(headers);
  for (const name of ownHeaders) sent.delete(name);
  return Object.fromEntries(sent);
}

function bodyOf(body: RequestInit['body']): string | Uint8Array | null {
  if (body === null || body === undefined) return null;
  if (typeof body === 'string' || body instanceof Uint8Array) return body;
  throw new Error('a request body that is neither text nor bytes');
}

function plainHeaders(headers: UpstreamReply['headers']): Headers {
  const plain = new Headers();
  for (const [name, value] of Object.entries(headers)) {
    for (const one of [value ?? []].flat()) plain.append(name, one);
  }
  return plain;
}
