import type { FailureClass } from '../../protocol/failure.ts';
import type { GatewayError } from '../../protocol/gateway-error.ts';
import type { UpstreamFailure } from '../../protocol/upstream-answer.ts';

function failure(kind: FailureClass, status: number | null, message: string): UpstreamFailure {
  return { kind: 'failure', failure: kind, status, message, code: null, param: null };
}

export const cut = failure('network', null, 'the sandbox cut the connection inside its answer');

/** Upstream names that fail at once. */
export const failures: ReadonlyMap<string, UpstreamFailure> = new Map([
  ['fail-429', { ...failure('rate_limited', 429, 'the sandbox is told to be busy'), retryAfterMs: 1000 }],
  ['fail-500', failure('server_error', 500, 'the sandbox is told to fail')],
  [
    'garbage',
    failure('bad_response', 200, 'not a JSON object, but text/html: <html>The sandbox talks nonsense.</html>'),
  ],
]);

/** The call was ended from outside: by its caller, or by the time it may take. */
export function ended(limit: 'timeout' | 'first_token_timeout' | null): UpstreamFailure {
  return limit === null
    ? failure('network', null, 'the caller went away')
    : failure(limit, null, 'no answer within the time allowed');
}

/** The body says something that cannot be understood. */
export function refused({ message, param }: GatewayError): UpstreamFailure {
  return { ...failure('bad_request', 400, message), param };
}
