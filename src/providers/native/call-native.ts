import type { ApiRequest } from '../../protocol/api-request.ts';
import type { NativeDialect } from '../../protocol/surface.ts';
import { surfaces } from '../../protocol/surfaces.ts';
import type { AnswerHeaders, UpstreamAnswer } from '../../protocol/upstream-answer.ts';
import type { UpstreamCall } from '../provider.ts';
import { readAll, readStart } from '../upstream/body.ts';
import type { Deadline } from '../upstream/deadline.ts';
import { badResponse } from '../upstream/failure.ts';
import type { Upstream } from '../upstream/upstream.ts';
import type { UpstreamReply, UpstreamSend } from '../upstream/upstream-reply.ts';
import { hideUsage, type Replacement, replaceBytes } from './edit-events.ts';
import { readStream, type StreamReading } from './stream.ts';
import { readWhole } from './whole.ts';

/** An upstream that takes the caller's own API at this path: bytes are passed through, both ways. */
export async function callNative(
  path: string,
  upstream: Upstream,
  call: UpstreamCall,
  deadline: Deadline,
): Promise<UpstreamAnswer> {
  const { request, sealId } = call;
  const { native } = surfaces[request.surface];
  const reply = await upstream.send(sentAs(path, call), deadline);
  if (reply.kind === 'failure') return reply;
  const { body, keyId } = reply;
  const { secrets } = upstream;
  const headers = relayed(reply.headers);
  const replacementsFor = (id: string) => renamedIds(request, id, sealId(id, keyId));
  const reading = { dialect: native, headers, secrets, replacementsFor };
  if (!request.stream) {
    const read = readAll(body);
    const bytes = read instanceof Promise ? await read : read;
    return bytes === undefined ? badResponse('an answer larger than the gateway takes') : readWhole(bytes, reading);
  }
  if (/^text\/event-stream/i.test(headers['content-type'] ?? '')) {
    const editorFor = editing(native, native.hidesUsage(request), replacementsFor);
    return await readStream(body, { grammar: native.stream, headers, deadline, secrets, editorFor });
  }
  const whole = readWhole(Buffer.from(await readStart(body)), reading);
  return whole.kind === 'failure' ? whole : badResponse('a whole answer where a stream was asked for');
}

function sentAs(path: string, { upstream: model, request, headers }: UpstreamCall): UpstreamSend {
  const { native } = surfaces[request.surface];
  const { continues } = request;
  const body = native.rewriteBody(request, { model, ...(continues && { continues: continues.id }) });
  return {
    method: 'POST',
    path,
    headers: { 'content-type': 'application/json', ...native.headers, ...headers },
    body: JSON.stringify(body),
    model,
    keyId: continues?.keyId ?? null,
  };
}

/** The ids that the caller knows, in place of the upstream's: of the answer, and of the one that it goes on from. */
function renamedIds({ body, continues }: ApiRequest, id: string, sealed: string): readonly Replacement[] {
  const asked = body['previous_response_id'];
  const earlier: readonly Replacement[] = continues && typeof asked === 'string' ? [[continues.id, asked]] : [];
  return [[id, sealed], ...earlier];
}

/** What of a stream's events is not shown as it came. */
function editing(
  native: NativeDialect,
  hidesUsage: boolean,
  replacementsFor: (id: string) => readonly Replacement[],
): StreamReading['editorFor'] {
  return ({ first }) => {
    const id = first && native.continuableId?.(first);
    if (id !== undefined) {
      const replacements = replacementsFor(id);
      return (events) => replaceBytes(events, replacements);
    }
    return hidesUsage ? hideUsage : (events) => events;
  };
}

/** What of the upstream's headers callers see. Its rate limits and its request id are the gateway's, not theirs. */
const relayedHeaders = ['content-type', 'openai-processing-ms', 'openai-version'] as const;

function relayed(headers: UpstreamReply['headers']): AnswerHeaders {
  const shown: Record<string, string> = {};
  for (const name of relayedHeaders) {
    const value = headers[name];
    if (typeof value === 'string') shown[name] = value;
  }
  return shown;
}
