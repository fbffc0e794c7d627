import type { GatewayError } from '../gateway-error.ts';
import type { JsonObject } from '../json.ts';
import { typedEvent } from '../sse.ts';
import type { ErrorShape } from '../surface.ts';

/** Anthropic's words for the statuses that it uses. */
const types: ReadonlyMap<number, string> = new Map([
  [401, 'authentication_error'],
  [402, 'billing_error'],
  [403, 'permission_error'],
  [404, 'not_found_error'],
  [413, 'request_too_large'],
  [429, 'rate_limit_error'],
  [503, 'overloaded_error'],
  [504, 'timeout_error'],
  [529, 'overloaded_error'],
]);

function typeOf(status: number): string {
  return types.get(status) ?? (status < 500 ? 'invalid_request_error' : 'api_error');
}

function render(error: GatewayError, showDebug: boolean): JsonObject & { readonly type: 'error' } {
  const { message, status, param, code, debug } = error;
  return {
    type: 'error',
    error: { type: typeOf(status), message, code, ...(param === null ? {} : { param }), ...(showDebug ? debug : {}) },
  };
}

/** Errors as Anthropic's clients read them; our stable `code` stands beside its type. */
export const anthropicErrors: ErrorShape = { render, event: (error) => typedEvent(render(error, false)) };
