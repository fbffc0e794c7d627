import { describe, expect, it } from 'vitest';
import { saidFailure, statusFailure } from '../../../src/providers/upstream/failure.ts';

function refused(status: number, body: unknown, headers = {}) {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  return statusFailure({ status, headers, text }, ['not-to-be-shown']);
}

describe('an error as vendors write it', () => {
  const anthropic = (type: string, message = 'no') => ({ type: 'error', error: { type, message } });
  const google = (code: number, status: string, message: string, details: unknown[] = []) => ({
    error: { code, status, message, details },
  });
  const badKey = { '@type': 'type.googleapis.com/google.rpc.ErrorInfo', reason: 'API_KEY_INVALID' };
  const retry = { '@type': 'type.googleapis.com/google.rpc.RetryInfo', retryDelay: '34.07s' };

  it.each([
    ['Anthropic', 401, anthropic('authentication_error'), 'auth'],
    ['Anthropic', 400, anthropic('invalid_request_error', 'prompt is too long: 9 > 8 maximum'), 'context_exceeded'],
    ['Anthropic', 400, anthropic('invalid_request_error', 'max_tokens: required'), 'bad_request'],
    ['Anthropic', 403, anthropic('permission_error'), 'auth'],
    ['Anthropic', 402, anthropic('billing_error'), 'quota_exhausted'],
    ['Anthropic', 404, anthropic('not_found_error'), 'not_found'],
    ['Anthropic', 413, anthropic('request_too_large'), 'bad_request'],
    ['Anthropic', 429, anthropic('rate_limit_error'), 'rate_limited'],
    ['Anthropic', 500, anthropic('api_error'), 'server_error'],
    ['Anthropic', 529, anthropic('overloaded_error'), 'overloaded'],
    ['Google', 400, google(400, 'INVALID_ARGUMENT', 'API key not valid', [badKey]), 'auth'],
    ['Google', 400, google(400, 'INVALID_ARGUMENT', 'The input token count exceeds the maximum'), 'context_exceeded'],
    ['Google', 403, google(403, 'PERMISSION_DENIED', 'no'), 'auth'],
    ['Google', 429, google(429, 'RESOURCE_EXHAUSTED', 'quota', [retry]), 'rate_limited'],
    ['Google', 503, google(503, 'UNAVAILABLE', 'overloaded'), 'overloaded'],
    ['Cohere', 429, { message: 'trial key limit' }, 'rate_limited'],
    ['Cohere', 401, { message: 'invalid api token' }, 'auth'],
    ['Mistral', 422, { object: 'error', message: { detail: [{ msg: 'Extra inputs' }] } }, 'bad_request'],
    ['vLLM', 400, { object: 'error', message: 'maximum context length is 8', code: 400 }, 'context_exceeded'],
    ['a Python server', 422, { detail: [{ loc: ['body'], msg: 'field required' }] }, 'bad_request'],
    ['Ollama', 404, { error: "model 'x' not found" }, 'not_found'],
    [
      'OpenRouter',
      403,
      { error: { code: 403, message: 'flagged', metadata: { flagged_input: 'x' } } },
      'content_filtered',
    ],
    ['OpenRouter', 403, { error: { code: 403, message: 'no' } }, 'auth'],
    [
      'OpenAI',
      429,
      { error: { message: 'no', type: 'insufficient_quota', code: 'insufficient_quota' } },
      'quota_exhausted',
    ],
  ])('of %s with status %i and %j is known', (_vendor, status, body, failure) => {
    expect(refused(status, body)).toMatchObject({ failure, status });
  });

  it.each([
    ['ThrottlingException', 429, 'rate_limited'],
    ['ServiceQuotaExceededException', 400, 'rate_limited'],
    ['ModelTimeoutException', 408, 'timeout'],
    ['ModelErrorException', 424, 'server_error'],
    ['ModelNotReadyException', 429, 'overloaded'],
    ['AccessDeniedException', 403, 'auth'],
    ['ValidationException', 400, 'bad_request'],
    ['ResourceNotFoundException', 404, 'not_found'],
  ])('of Bedrock is known by its header: %s', (name, status, failure) => {
    const headers = { 'x-amzn-errortype': `${name}:http://internal.amazon.com/coral/com.amazon.bedrock/` };
    expect(refused(status, { message: 'said so' }, headers)).toMatchObject({ failure, message: 'said so' });
  });

  it('of Bedrock may be an input that is too long', () => {
    const headers = { 'x-amzn-errortype': 'ValidationException' };
    const body = { message: 'Input is too long for requested model.' };
    expect(refused(400, body, headers).failure).toBe('context_exceeded');
  });

  it('may say in its body how long to wait', () => {
    expect(refused(429, google(429, 'RESOURCE_EXHAUSTED', 'quota', [retry])).retryAfterMs).toBe(34_070);
    expect(refused(429, google(429, 'RESOURCE_EXHAUSTED', 'quota', [retry]), { 'retry-after': '5' }).retryAfterMs).toBe(
      5000,
    );
  });

  it.each([
    [{ message: { detail: [{ msg: 'Extra inputs' }] }, object: 'error' }, '{"detail":[{"msg":"Extra inputs"}]}'],
    [{ detail: 'Not authenticated' }, 'Not authenticated'],
    ['<html>\n<h1>403 Forbidden</h1></html>', '<html> <h1>403 Forbidden</h1></html>'],
    ['', 'status 403 without a body'],
    ['{"error": {"mess', '{"error": {"mess'],
    [{ error: { message: 'key not-to-be-shown is wrong' } }, 'key [secret] is wrong'],
    [{ error: { message: 'tokens ya29.a0AfH6SMBx-yz and AKIAIOSFODNN7EXAMPLE' } }, 'tokens [secret] and [secret]'],
    [{ error: { message: 'token eyJhbGciOi.eyJzdWIi.sig' } }, 'token [secret]'],
  ])('keeps its words, without secrets: %j', (body, message) => {
    expect(refused(403, body).message).toBe(message);
  });
});

describe('an error that comes as an answer', () => {
  it.each([
    [{ type: 'error', error: { type: 'overloaded_error', message: 'busy' } }, 'overloaded'],
    [{ type: 'error', error: { type: 'invalid_request_error', message: 'no' } }, 'bad_request'],
    [{ type: 'error', error: { type: 'api_error', message: 'no' } }, 'server_error'],
    [{ error: { code: 429, status: 'RESOURCE_EXHAUSTED', message: 'no' } }, 'rate_limited'],
    [{ error: { status: 'UNAVAILABLE', message: 'no' } }, 'overloaded'],
    [{ error: { type: 'server_error', code: 'rate_limit_exceeded', message: 'no' } }, 'rate_limited'],
  ])('is known by its words: %j', (body, failure) => {
    expect(saidFailure(body, [])).toMatchObject({ failure });
  });

  it('is none where the object is an answer', () => {
    expect(saidFailure({ message: { content: 'hi' }, type: 'message' }, [])).toBeUndefined();
    expect(saidFailure({ error: null, choices: [] }, [])).toBeUndefined();
  });
});
