import type { FailureClass } from '../protocol/failure.ts';
import { GatewayError } from '../protocol/gateway-error.ts';
import type { AttemptRecord } from './execute-plan.ts';

/** Where no upstream said when to come back. */
const defaultRetryMs = 1000;

/** What may be over when the same request comes again. */
const passing: ReadonlySet<FailureClass> = new Set<FailureClass>([
  'timeout',
  'first_token_timeout',
  'rate_limited',
  'server_error',
  'overloaded',
  'network',
  'bad_response',
]);

/** No model served the request: which were called, what came of each, and the last one's own words. */
export function allAttemptsFailed(attempts: readonly AttemptRecord[]): GatewayError {
  const last = attempts.at(-1)?.failure;
  const tried = attempts.map(({ model, failure }) => `${model} ${failure?.failure}`).join(', ');
  const message = `no model served the request (${tried}); the last one said: ${last?.message}`;
  const status = statusOf(attempts);
  const isCallersFault = status === 400;
  return new GatewayError('all_attempts_failed', message, {
    status,
    retryable: attempts.some(({ failure }) => failure !== null && passing.has(failure.failure)),
    ...(status === 429 ? { retryAfterMs: shortestWait(attempts) } : {}),
    ...(isCallersFault && last?.code ? { publicCode: last.code } : {}),
    ...(isCallersFault && last?.param ? { param: last.param } : {}),
  });
}

function statusOf(attempts: readonly AttemptRecord[]): number {
  if (attempts.every(({ failure }) => failure?.failure === 'rate_limited')) return 429;
  const last = attempts.at(-1)?.failure;
  // What the upstream finds wrong with the request is the caller's to mend, with the upstream's own code to go by.
  if (last?.status === 400 || last?.status === 422) return 400;
  return last?.failure === 'timeout' || last?.failure === 'first_token_timeout' ? 504 : 502;
}

function shortestWait(attempts: readonly AttemptRecord[]): number {
  const waits = attempts.flatMap(({ failure }) => failure?.retryAfterMs ?? []);
  return waits.length === 0 ? defaultRetryMs : Math.min(...waits);
}
