import { valueAt } from '../fields.ts';
import { isJsonObject, type JsonObject } from '../json.ts';
import type { NativeDialect } from '../surface.ts';
import { readResponseUsage } from './usage.ts';

const preamble: ReadonlySet<unknown> = new Set(['response.created', 'response.queued', 'response.in_progress']);
const finished: ReadonlySet<unknown> = new Set(['response.completed', 'response.incomplete']);

/** Responses, as OpenAI and whoever speaks its newer language write them. */
export const responsesDialect: NativeDialect = {
  headers: {},
  rewriteBody: ({ body }, { model, continues }) => ({
    ...body,
    model,
    ...(continues === undefined ? {} : { previous_response_id: continues }),
  }),
  missingIn: ({ output }) => (Array.isArray(output) ? undefined : 'output'),
  readUsage: ({ usage }) => readResponseUsage(usage),
  hidesUsage: () => false,
  continuableId: (answer) => {
    const id = answer['id'] ?? valueAt(answer, ['response', 'id']);
    return typeof id === 'string' ? id : undefined;
  },
  stream: {
    // The last event is as long as the answer: it is told by what it says, not by how it ends.
    endMark: 'data: [DONE]\n\n',
    isPreamble: ({ type }) => preamble.has(type),
    errorIn,
    isFinish: ({ type }) => finished.has(type),
    readUsage: (_first, events) => {
      const last = events.find(({ type }) => finished.has(type));
      return last && readResponseUsage(valueAt(last, ['response', 'usage']));
    },
  },
};

/** An event of its own, or a response that failed. */
function errorIn(event: JsonObject): JsonObject | undefined {
  if (event['type'] === 'error') return isJsonObject(event['error']) ? event['error'] : event;
  const error = valueAt(event, ['response', 'error']) ?? event['error'];
  return isJsonObject(error) ? error : undefined;
}
