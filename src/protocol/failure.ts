/**
 * The ways in which an attempt on an upstream can fail. Policies name them in `fallback on`, `retry on` and `after`.
 * `quota_exhausted` is a 402, or a 429 that says `insufficient_quota`; `bad_request` is an upstream 400.
 */
export const failureClasses = [
  'timeout',
  'first_token_timeout',
  'rate_limited',
  'quota_exhausted',
  'server_error',
  'overloaded',
  'network',
  'context_exceeded',
  'content_filtered',
  'bad_response',
  'auth',
  'not_found',
  'bad_request',
] as const;

export type FailureClass = (typeof failureClasses)[number];
