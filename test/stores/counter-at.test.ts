import { describe, expect, it } from 'vitest';
import { type CounterRule, capacityOf, counterAt, counterKey } from '../../src/stores/counter-at.ts';

const now = Date.parse('2026-01-31T23:30Z');
const rule: CounterRule = {
  policy: 'acme/org',
  name: 'team-month',
  window: 'month',
  amount: 500,
  burst: undefined,
  each: { team: 'a' },
};
const keyOf = (changes: Partial<CounterRule>, at = now, zone = 'UTC') =>
  counterKey(counterAt({ ...rule, ...changes }, at, zone));

describe('a counter', () => {
  it('keeps its count under a new amount and another order of its keys', () => {
    expect(keyOf({ amount: 9 })).toBe(keyOf({}));
    expect(keyOf({ each: { b: '1', a: '2' } })).toBe(keyOf({ each: { a: '2', b: '1' } }));
  });

  it('is another one for another policy, name, window, value or time', () => {
    const others = [
      keyOf({ policy: 'acme/app' }),
      keyOf({ name: 'other' }),
      keyOf({ window: 'year' }),
      keyOf({ each: { team: 'b' } }),
      keyOf({ each: { user: 'a' } }),
      keyOf({}, now + 3_600_000),
      keyOf({}, now, 'Europe/Paris'),
      keyOf({ window: 'ever' }),
      keyOf({ window: 'concurrent' }),
    ];
    expect(new Set([keyOf({}), ...others]).size).toBe(10);
  });

  it('is a bucket for a duration and wherever there is a burst, but for `ever`', () => {
    expect(counterAt({ ...rule, window: 90_000 }, now, 'UTC')).toMatchObject({
      kind: 'bucket',
      amount: 500,
      everyMs: 90_000,
    });
    expect(counterAt({ ...rule, window: 'min', burst: 20 }, now, 'UTC')).toMatchObject({
      kind: 'bucket',
      everyMs: 60_000,
    });
    expect(counterAt({ ...rule, window: 'ever', burst: 20 }, now, 'UTC')).toMatchObject({ kind: 'window', end: null });
  });

  it('holds its amount, or its burst', () => {
    expect(capacityOf(rule)).toBe(500);
    expect(capacityOf({ ...rule, burst: 20 })).toBe(20);
    expect(capacityOf({ ...rule, window: 'ever', burst: 700 })).toBe(500);
  });
});
