import type { ApiRequest, SurfaceName } from './api-request.ts';
import { wrongField } from './fields.ts';
import { GatewayError } from './gateway-error.ts';
import { isJsonObject, type JsonObject } from './json.ts';

/** What every surface asks of a body: an object that names a model. */
export function readModelBody(surface: SurfaceName, body: unknown): ApiRequest {
  if (!isJsonObject(body)) throw new GatewayError('invalid_request', 'the body must be a JSON object');
  const { model, stream } = body;
  if (typeof model !== 'string' || model === '') throw wrongField('model', 'the name of a model');
  // `true` only where the caller wrote exactly that, as upstreams read it.
  return { surface, model, stream: stream === true, body };
}

/** The same for a body that is a conversation. */
export function requireMessages({ messages }: JsonObject): void {
  if (!Array.isArray(messages) || messages.length === 0) throw wrongField('messages', 'a list of at least one message');
  if (!messages.every(isJsonObject)) throw wrongField('messages', 'a list of objects');
}
