import type { GatewayError } from './gateway-error.ts';

/** OpenAI's error object. */
export interface OpenAiErrorBody {
  readonly error: {
    readonly message: string;
    readonly type: string;
    readonly param: string | null;
    readonly code: string;
    readonly [debug: string]: unknown;
  };
}

const types: ReadonlyMap<number, string> = new Map([
  [401, 'authentication_error'],
  [403, 'permission_error'],
  [429, 'rate_limit_error'],
]);

function typeOf(status: number): string {
  return types.get(status) ?? (status < 500 ? 'invalid_request_error' : 'server_error');
}

/** The error as OpenAI's clients read it; rules and removed models only where `showDebug`. */
export function renderOpenAiError(error: GatewayError, showDebug: boolean): OpenAiErrorBody {
  const { message, status, param, code } = error;
  return { error: { message, type: typeOf(status), param, code, ...(showDebug ? error.debug : {}) } };
}
