import type { ApiRequest } from '../api-request.ts';
import { isJsonObject, type JsonObject } from '../json.ts';
import type { BodyChanges, NativeDialect } from '../surface.ts';
import { asksForUsage } from './stream.ts';
import { readChatUsage } from './usage.ts';

/** Usage is always asked for: what an answer cost is the gateway's business, whether or not the caller wants to know. */
function rewriteBody({ body, stream }: ApiRequest, { model }: BodyChanges): JsonObject {
  if (!stream) return { ...body, model };
  const options = isJsonObject(body['stream_options']) ? body['stream_options'] : {};
  return { ...body, model, stream_options: { ...options, include_usage: true } };
}

/** Chat completions, as OpenAI and whoever speaks its language write them. */
export const chatDialect: NativeDialect = {
  headers: {},
  rewriteBody,
  missingIn: ({ choices }) => (Array.isArray(choices) ? undefined : 'choices'),
  readUsage: ({ usage }) => readChatUsage(usage),
  hidesUsage: (request) => !asksForUsage(request),
  stream: {
    endMark: 'data: [DONE]\n\n',
    isPreamble: () => false,
    errorIn: ({ error }) => (error === undefined || error === null ? undefined : asObject(error)),
    isFinish: ({ choices }) =>
      Array.isArray(choices) && choices.some((choice) => typeof choice?.finish_reason === 'string'),
    readUsage: (_first, events) => events.map(({ usage }) => readChatUsage(usage)).find((usage) => usage !== undefined),
  },
};

function asObject(error: JsonObject[string]): JsonObject {
  return isJsonObject(error) ? error : { message: error };
}
