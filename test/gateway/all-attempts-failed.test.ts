import { describe, expect, it } from 'vitest';
import { allAttemptsFailed } from '../../src/gateway/all-attempts-failed.ts';
import type { UpstreamFailure } from '../../src/protocol/upstream-answer.ts';

function errorOf(...failures: readonly Partial<UpstreamFailure>[]) {
  const silent = {
    kind: 'failure',
    failure: 'server_error',
    status: 500,
    message: 'no',
    code: null,
    param: null,
  } as const;
  return allAttemptsFailed(
    failures.map((failure, index) => ({
      model: `m${index}`,
      failure: { ...silent, ...failure },
      startedAt: 0,
      endedAt: 1,
    })),
  );
}

describe('an error for a plan of which every attempt failed', () => {
  it('names the attempts, and repeats the last one’s words', () => {
    const { code, message } = errorOf({ failure: 'rate_limited' }, { message: 'out of order' });
    expect(code).toBe('all_attempts_failed');
    expect(message).toBe(
      'no model served the request (m0 rate_limited, m1 server_error); the last one said: out of order',
    );
  });

  it.each([
    [['rate_limited', 'rate_limited'], 429],
    [['rate_limited', 'server_error'], 502],
    [['server_error', 'timeout'], 504],
    [['first_token_timeout'], 504],
    [['auth'], 502],
  ] as const)('of classes %j has the status %i', (classes, status) => {
    expect(errorOf(...classes.map((failure) => ({ failure }))).status).toBe(status);
  });

  it('says when to come back: as soon as one of the upstreams said', () => {
    const limited = { failure: 'rate_limited', status: 429 } as const;
    expect(errorOf({ ...limited, retryAfterMs: 9000 }, { ...limited, retryAfterMs: 4000 }).retryAfterMs).toBe(4000);
    expect(errorOf(limited).retryAfterMs).toBe(1000);
  });

  it('keeps what an upstream found wrong with the request: its code and its field', () => {
    const said = {
      status: 400,
      failure: 'context_exceeded',
      code: 'context_length_exceeded',
      param: 'messages',
    } as const;
    expect(errorOf(said)).toMatchObject({ status: 400, code: 'context_length_exceeded', param: 'messages' });
  });
});
