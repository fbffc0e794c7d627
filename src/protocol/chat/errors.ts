import type { GatewayError } from '../gateway-error.ts';
import type { JsonObject } from '../json.ts';
import { dataEvent } from '../sse.ts';
import type { ErrorShape } from '../surface.ts';

const types: ReadonlyMap<number, string> = new Map([
  [401, 'authentication_error'],
  [403, 'permission_error'],
  [429, 'rate_limit_error'],
]);

function typeOf(status: number): string {
  return types.get(status) ?? (status < 500 ? 'invalid_request_error' : 'server_error');
}

function render(error: GatewayError, showDebug: boolean): JsonObject {
  const { message, status, param, code, debug } = error;
  return { error: { message, type: typeOf(status), param, code, ...(showDebug ? debug : {}) } };
}

/** Errors as OpenAI's clients read them. */
export const openAiErrors: ErrorShape = { render, event: (error) => dataEvent(render(error, false)) };
