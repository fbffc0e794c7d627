import type { ChatRequest } from './chat-request.ts';
import { GatewayError } from './gateway-error.ts';
import { isJsonObject, type JsonObject } from './json.ts';

/** The body as a chat request; throws a `GatewayError` that names the field that is wrong. */
export function readChatRequest(body: unknown): ChatRequest {
  if (!isJsonObject(body)) throw new GatewayError('invalid_request', 'the body must be a JSON object');
  const { model, messages } = body;
  if (typeof model !== 'string' || model === '') throw wrongField('model', 'the name of a model');
  if (!Array.isArray(messages) || messages.length === 0) throw wrongField('messages', 'a list of at least one message');
  if (!messages.every(isJsonObject)) throw wrongField('messages', 'a list of objects');
  return withFields(body, model, messages);
}

function wrongField(param: string, wanted: string): GatewayError {
  return new GatewayError('invalid_request', `\`${param}\` must be ${wanted}`, { param });
}

/** The same object: its fields have been checked to be what the type says. */
function withFields(body: JsonObject, model: string, messages: readonly JsonObject[]): ChatRequest {
  return Object.assign(body, { model, messages });
}
