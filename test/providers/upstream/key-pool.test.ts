import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { RestingKey } from '../../../src/protocol/resting-key.ts';
import type { UpstreamFailure } from '../../../src/protocol/upstream-answer.ts';
import { KeyPool } from '../../../src/providers/upstream/key-pool.ts';

function poolOf(...secrets: string[]) {
  let now = 1_000;
  const warnings: RestingKey[] = [];
  const pool = new KeyPool('p', secrets, { now: () => now, warn: (warning) => warnings.push(warning) });
  const take = (model = 'm', keyId: string | null = null) => {
    const taken = pool.take(model, keyId);
    if (taken === null || 'failure' in taken) return taken;
    return taken.secret;
  };
  const hear = (secret: string, failure: Partial<UpstreamFailure>, model = 'm') =>
    pool.hear({ id: idOf(secret), secret }, model, { ...refusal, ...failure });
  const pass = (milliseconds: number) => {
    now += milliseconds;
  };
  return { pool, take, hear, warnings, pass };
}

const refusal: UpstreamFailure = {
  kind: 'failure',
  failure: 'rate_limited',
  status: 429,
  message: 'slow down',
  code: null,
  param: null,
};

const unauthorized = { failure: 'auth', status: 401, message: 'no such key' } as const;

function idOf(secret: string): string {
  return createHash('sha256').update(secret).digest('hex').slice(0, 12);
}

describe('the keys of a provider', () => {
  it('are taken in turn, each once', () => {
    const { take } = poolOf('one', 'two', 'one');
    expect([take(), take(), take()]).toEqual(['one', 'two', 'one']);
  });

  it('need not be there', () => {
    expect(poolOf().take()).toBeNull();
  });

  it('are known by an id that tells nothing and stays the same', () => {
    const { pool } = poolOf('one', 'two');
    expect(pool.take('m', null)).toMatchObject({ id: idOf('one') });
  });
});

describe('a key that is too busy', () => {
  it('rests for as long as the upstream asks, while others serve', () => {
    const { take, hear, pass } = poolOf('one', 'two');
    take();
    hear('one', { retryAfterMs: 5_000 });
    expect([take(), take(), take()]).toEqual(['two', 'two', 'two']);
    pass(5_000);
    expect(take()).toBe('one');
  });

  it('makes nobody wait while another key is free', () => {
    const { hear } = poolOf('one', 'two');
    expect(hear('one', { retryAfterMs: 5_000 })).not.toHaveProperty('retryAfterMs');
    expect(hear('two', { retryAfterMs: 9_000 })).toMatchObject({ retryAfterMs: 5_000 });
  });

  it('rests for the model that is too busy only', () => {
    const { take, hear } = poolOf('one');
    hear('one', { retryAfterMs: 5_000 });
    expect(take('other')).toBe('one');
    expect(take('m')).toMatchObject({ failure: 'rate_limited' });
  });

  it('rests a second where the upstream names no time and another key can go first', () => {
    const { take, hear, pass } = poolOf('one', 'two');
    hear('one', {});
    expect([take(), take()]).toEqual(['two', 'two']);
    pass(1_000);
    expect(take()).toBe('one');
  });

  it('is tried again at once where the upstream names no time and it is the only one', () => {
    const { take, hear } = poolOf('one');
    expect(hear('one', {})).not.toHaveProperty('retryAfterMs');
    expect(take()).toBe('one');
  });

  it('is no matter for the log', () => {
    const { hear, warnings } = poolOf('one');
    hear('one', { retryAfterMs: 5_000 });
    expect(warnings).toEqual([]);
  });
});

describe('a call where every key rests', () => {
  it('fails with the shortest wait and reaches nobody', () => {
    const { take, hear, pass } = poolOf('one', 'two');
    hear('one', { retryAfterMs: 5_000 });
    hear('two', { retryAfterMs: 9_000 });
    pass(1_500);
    expect(take()).toEqual({
      ...refusal,
      status: null,
      message: 'every key that could be used rests, which the upstream refused with 429',
      retryAfterMs: 3_500,
    });
  });

  it('fails without a wait where every key was refused', () => {
    const { take, hear } = poolOf('one');
    hear('one', unauthorized);
    expect(take()).toMatchObject({ failure: 'auth', status: null });
    expect(take()).not.toHaveProperty('retryAfterMs');
  });

  it('fails as the key fails that comes back first', () => {
    const { take, hear } = poolOf('one', 'two');
    hear('one', unauthorized);
    hear('two', { failure: 'quota_exhausted', retryAfterMs: 5_000 });
    expect(take()).toMatchObject({ failure: 'quota_exhausted', retryAfterMs: 5_000 });
  });
});

describe('a key that the upstream refuses', () => {
  it('rests until the keys are read again, for every model', () => {
    const { pool, take, hear, pass } = poolOf('one', 'two');
    hear('one', unauthorized);
    pass(1e9);
    expect([take(), take('other')]).toEqual(['two', 'two']);
    pool.replace(['one', 'two']);
    expect(take()).toBe('one');
  });

  it('rests for that model only where it is forbidden and not unknown', () => {
    const { take, hear } = poolOf('one');
    hear('one', { failure: 'auth', status: 403 });
    expect(take('m')).toMatchObject({ failure: 'auth' });
    expect(take('other')).toBe('one');
  });

  it('is named in the log by its id and its place', () => {
    const { hear, warnings } = poolOf('zero', 'one');
    hear('one', unauthorized);
    expect(warnings).toEqual([
      {
        provider: 'p',
        keyId: idOf('one'),
        position: 2,
        failure: 'auth',
        status: 401,
        restsMs: null,
      },
    ]);
    expect(JSON.stringify(warnings)).not.toContain('"one"');
  });

  it('rests for a minute where its money is spent, with a warning', () => {
    const { take, hear, warnings, pass } = poolOf('one');
    hear('one', { failure: 'quota_exhausted', status: 402 });
    expect(take('other')).toMatchObject({ failure: 'quota_exhausted', retryAfterMs: 60_000 });
    expect(warnings).toMatchObject([{ failure: 'quota_exhausted', restsMs: 60_000 }]);
    pass(60_000);
    expect(take()).toBe('one');
  });
});

describe('keys that are read again', () => {
  it('take the place of the old ones; those that are too busy still are', () => {
    const { pool, take, hear } = poolOf('one', 'two');
    hear('one', { retryAfterMs: 5_000 });
    pool.replace(['one', 'three']);
    expect([take(), take()]).toEqual(['three', 'three']);
    expect(pool.secrets).toEqual(['one', 'three']);
  });

  it('hear nothing of what became of a key that has gone', () => {
    const { pool, take, hear, warnings } = poolOf('one');
    pool.replace(['two']);
    hear('one', unauthorized);
    expect(take()).toBe('two');
    expect(warnings).toEqual([]);
  });
});

describe('a call that belongs to one key', () => {
  it('is made with that key, out of turn', () => {
    const { take } = poolOf('one', 'two');
    expect([take('m', idOf('two')), take('m', idOf('two')), take()]).toEqual(['two', 'two', 'one']);
  });

  it('waits for that key, whatever others could do', () => {
    const { take, hear } = poolOf('one', 'two');
    hear('one', { retryAfterMs: 5_000 });
    expect(take('m', idOf('one'))).toMatchObject({ failure: 'rate_limited', retryAfterMs: 5_000 });
  });

  it('cannot be made when the key has gone', () => {
    expect(poolOf('two').take('m', idOf('one'))).toMatchObject({ failure: 'not_found', status: null });
  });
});

describe('a failure that is not about the key', () => {
  it.each([
    { failure: 'server_error', status: 500 },
    { failure: 'overloaded', status: 529, retryAfterMs: 3_000 },
    { failure: 'bad_request', status: 400 },
  ] as const)('leaves it in its turn and is passed on as it is: %o', (failure) => {
    const { take, hear } = poolOf('one');
    expect(hear('one', failure)).toEqual({ ...refusal, ...failure });
    expect(take()).toBe('one');
  });
});
