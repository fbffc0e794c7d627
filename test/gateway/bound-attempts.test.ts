import { describe, expect, it } from 'vitest';
import { boundAttempts } from '../../src/gateway/bound-attempts.ts';

function open() {
  const state = { now: 0 };
  const bound = boundAttempts(() => state.now);
  const fail = (address: string, times: number) => {
    for (let time = 0; time < times; time++) bound.failed(address);
  };
  return { state, bound, fail };
}

describe('wrong attempts', () => {
  it('may come ten at once, and one more each six seconds', () => {
    const { state, bound, fail } = open();
    fail('1.2.3.4', 9);
    expect(bound.waitFor('1.2.3.4')).toBe(0);
    fail('1.2.3.4', 1);
    expect(bound.waitFor('1.2.3.4')).toBe(6000);
    state.now = 6000;
    expect(bound.waitFor('1.2.3.4')).toBe(0);
    fail('1.2.3.4', 1);
    expect(bound.waitFor('1.2.3.4')).toBe(6000);
  });

  it('of one address are no other’s, but those of one IPv6 network are one’s', () => {
    const { bound, fail } = open();
    fail('::ffff:1.2.3.4', 10);
    expect(bound.waitFor('::ffff:1.2.3.5')).toBe(0);
    fail('2001:db8:1:2:3:4:5:6', 10);
    expect(bound.waitFor('2001:db8:1:2:ffff::1')).toBe(6000);
    expect(bound.waitFor('2001:db8:1:3::1')).toBe(0);
  });

  it('take a bounded room', () => {
    const { bound, fail } = open();
    fail('first', 10);
    for (let address = 0; address < 10_000; address++) bound.failed(`other-${address}`);
    expect(bound.waitFor('first')).toBe(0);
  });
});
