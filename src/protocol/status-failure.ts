import type { FailureClass } from './failure.ts';

/** Error codes that say more than the status they come with. OpenAI's words, which compatible upstreams share. */
const byCode: ReadonlyMap<string, FailureClass> = new Map([
  ['context_length_exceeded', 'context_exceeded'],
  ['string_above_max_length', 'context_exceeded'],
  ['content_filter', 'content_filtered'],
  ['content_policy_violation', 'content_filtered'],
  ['insufficient_quota', 'quota_exhausted'],
  ['model_not_found', 'not_found'],
  ['rate_limit_exceeded', 'rate_limited'],
  ['overloaded_error', 'overloaded'],
]);

const byStatus: ReadonlyMap<number, FailureClass> = new Map([
  [401, 'auth'],
  [402, 'quota_exhausted'],
  [403, 'auth'],
  [404, 'not_found'],
  [408, 'timeout'],
  [429, 'rate_limited'],
  [503, 'overloaded'],
  [504, 'timeout'],
  [529, 'overloaded'],
]);

/** The class of an upstream's answer that is not a success; `code` is the error code in its body. */
export function failureOfStatus(status: number, code: string | null): FailureClass {
  const said = code === null ? undefined : byCode.get(code);
  if (said !== undefined) return said;
  const known = byStatus.get(status);
  if (known !== undefined) return known;
  if (status >= 500) return 'server_error';
  return status >= 400 ? 'bad_request' : 'bad_response';
}

/** The class of an error that arrives inside a stream, under a status of 200. */
export function failureOfCode(code: string | null): FailureClass {
  return (code === null ? undefined : byCode.get(code)) ?? 'server_error';
}
