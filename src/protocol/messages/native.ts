import { isJsonObject, type JsonObject } from '../json.ts';
import type { NativeDialect } from '../surface.ts';
import type { Usage } from '../usage.ts';
import { readMessageUsage } from './usage.ts';

/** Messages, as Anthropic and whoever speaks its language write them. */
export const messagesDialect: NativeDialect = {
  headers: { 'anthropic-version': '2023-06-01' },
  rewriteBody: ({ body }, { model }) => ({ ...body, model }),
  missingIn: ({ content }) => (Array.isArray(content) ? undefined : 'content'),
  readUsage: ({ usage }) => readMessageUsage(usage),
  hidesUsage: () => false,
  stream: {
    endMark: 'data: {"type":"message_stop"}\n\n',
    isPreamble: ({ type }) => type === 'message_start' || type === 'ping',
    errorIn: ({ type, error }) => (type === 'error' && isJsonObject(error) ? error : undefined),
    isFinish: ({ type }) => type === 'message_stop',
    readUsage: streamUsage,
  },
};

/** What went in is told at the start, what came out at the end; the end may tell both, and counts. */
function streamUsage(first: JsonObject | undefined, events: readonly JsonObject[]): Usage | undefined {
  const delta = events.find(({ type }) => type === 'message_delta')?.['usage'];
  const message = first?.['message'];
  const start = isJsonObject(message) ? message['usage'] : undefined;
  if (!isJsonObject(delta)) return undefined;
  return readMessageUsage({ ...(isJsonObject(start) ? start : {}), ...withoutNulls(delta) });
}

function withoutNulls(value: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(value).filter(([, count]) => count !== null));
}
