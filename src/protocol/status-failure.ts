import type { FailureClass } from './failure.ts';

/**
 * Error codes and types that say more than the status they come with: OpenAI's, which compatible upstreams share,
 * Anthropic's types, the names of Google's RPC and of AWS's exceptions.
 */
const byCode: ReadonlyMap<string, FailureClass> = new Map([
  ['context_length_exceeded', 'context_exceeded'],
  ['string_above_max_length', 'context_exceeded'],
  ['content_filter', 'content_filtered'],
  ['content_policy_violation', 'content_filtered'],
  ['insufficient_quota', 'quota_exhausted'],
  ['billing_error', 'quota_exhausted'],
  ['model_not_found', 'not_found'],
  ['invalid_api_key', 'auth'],
  ['rate_limit_exceeded', 'rate_limited'],
  ['rate_limit_error', 'rate_limited'],
  ['ThrottlingException', 'rate_limited'],
  ['ServiceQuotaExceededException', 'rate_limited'],
  ['overloaded_error', 'overloaded'],
  ['ModelNotReadyException', 'overloaded'],
  ['ModelTimeoutException', 'timeout'],
  ['ModelErrorException', 'server_error'],
]);

/** Codes and types that stand for a status, where there is none: inside a stream. */
const inStream: ReadonlyMap<string, FailureClass> = new Map([
  ['authentication_error', 'auth'],
  ['permission_error', 'auth'],
  ['not_found_error', 'not_found'],
  ['invalid_request_error', 'bad_request'],
  ['request_too_large', 'bad_request'],
  ['timeout_error', 'timeout'],
  ['UNAUTHENTICATED', 'auth'],
  ['PERMISSION_DENIED', 'auth'],
  ['NOT_FOUND', 'not_found'],
  ['INVALID_ARGUMENT', 'bad_request'],
  ['FAILED_PRECONDITION', 'bad_request'],
  ['RESOURCE_EXHAUSTED', 'rate_limited'],
  ['DEADLINE_EXCEEDED', 'timeout'],
  ['UNAVAILABLE', 'overloaded'],
  ['throttlingException', 'rate_limited'],
  ['validationException', 'bad_request'],
  ['modelTimeoutException', 'timeout'],
  ['serviceUnavailableException', 'overloaded'],
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

type Codes = readonly (string | null | undefined)[];

function classOf(codes: Codes, table: ReadonlyMap<string, FailureClass>): FailureClass | undefined {
  return codes.map((code) => (code ? table.get(code) : undefined)).find((found) => found !== undefined);
}

/** The class of an upstream's answer that is not a success; `codes` are those of its body, the most telling first. */
export function failureOfStatus(status: number, codes: Codes): FailureClass {
  const known = classOf(codes, byCode) ?? byStatus.get(status);
  if (known !== undefined) return known;
  if (status >= 500) return 'server_error';
  return status >= 400 ? 'bad_request' : 'bad_response';
}

/** The class of an error that arrives under a status of 200, in a stream or in place of an answer. */
export function failureOfCode(codes: Codes): FailureClass {
  return classOf(codes, byCode) ?? classOf(codes, inStream) ?? 'server_error';
}
