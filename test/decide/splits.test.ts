import { describe, expect, it } from 'vitest';
import { decide } from '../../src/decide/decide.ts';
import { bucketOf, murmur3 } from '../../src/decide/murmur3.ts';
import { compile, decideRules, factsOf, planOf } from '../support/acme.ts';

describe('the hash', () => {
  // Vectors of SMHasher and of the implementations that cite it.
  it.each([
    ['', 0, 0],
    ['', 1, 0x514e28b7],
    ['', 0xffffffff, 0x81f16f39],
    ['\0', 0, 0x514e28b7],
    ['\0\0\0\0', 0, 0x2362f9de],
    ['abc', 0, 0xb3dd93fa],
    ['test', 0, 0xba6bd213],
    ['test', 0x9747b28c, 0x704b81dc],
    ['Hello, world!', 0, 0xc0363e43],
    ['Hello, world!', 0x9747b28c, 0x24884cba],
    ['The quick brown fox jumps over the lazy dog', 0, 0x2e4ff723],
    ['The quick brown fox jumps over the lazy dog', 0x9747b28c, 0x2fa826cd],
    ['a', 0x9747b28c, 0x7fa09ea6],
    ['aa', 0x9747b28c, 0x5d211726],
    ['aaa', 0x9747b28c, 0x283e0130],
    ['aaaa', 0x9747b28c, 0x5a97808a],
    ['ππππππππ', 0x9747b28c, 0xd58063c1],
  ])('of %j with seed %i is the published one', (text, seed, hash) => {
    expect(murmur3(text, seed)).toBe(hash);
  });
});

describe('a bucket', () => {
  it('is the hash of salt, a zero and the key, in ten thousandths', () => {
    for (const [salt, key] of [
      ['', ''],
      ['test/canary', 'u1'],
      ['test/canary', 'ü∞'],
      ['a', 'b'],
    ] as const) {
      expect(bucketOf(salt, key)).toBe(Number((BigInt(murmur3(`${salt}\0${key}`)) * 10_000n) >> 32n));
    }
  });

  it('spreads keys evenly', () => {
    const keys = Array.from({ length: 20_000 }, (_, index) => bucketOf('salt', `user-${index}`));
    for (const quarter of [0, 1, 2, 3]) {
      const share = keys.filter((bucket) => Math.floor(bucket / 2500) === quarter).length / keys.length;
      expect(share).toBeCloseTo(0.25, 1);
    }
  });
});

describe('a split', () => {
  const rules = `routes {
    split canary on caller.user ?? request.id {
      5% as mini use gpt-4.1-mini
      12.34% use haiku
      otherwise as rest use opus
    }
    otherwise use gpt-pro
  }`;

  it.each([
    ['0%', 'mini', 'gpt-4.1-mini'],
    ['4.99%', 'mini', 'gpt-4.1-mini'],
    ['5%', '2', 'haiku'],
    ['17.33%', '2', 'haiku'],
    ['17.34%', 'rest', 'opus'],
    ['99.99%', 'rest', 'opus'],
  ])('sends bucket %s to branch %s: branches are cumulative from the top', (bucket, branch, model) => {
    const decision = decideRules(rules, { 'canary.bucket': bucket });
    expect(decision.splits).toMatchObject([{ name: 'canary', branch }]);
    expect(decision.route).toBe('canary');
    expect(planOf(decision)).toEqual([model]);
  });

  it('works its bucket out from the policy’s name, its own and the key', () => {
    const { splits } = decideRules(rules, { 'caller.user': 'u1', 'request.id': 'r1' });
    expect(splits[0]?.bucket).toBe(bucketOf('test/canary', 'u1'));
    expect(decideRules(rules, { 'request.id': 'r1' }).splits[0]?.bucket).toBe(bucketOf('test/canary', 'r1'));
  });

  it('with a salt is another split of the same keys', () => {
    const salted = rules.replace('request.id {', 'request.id salt "2026" {');
    expect(decideRules(salted, { 'caller.user': 'u1' }).splits[0]?.bucket).toBe(bucketOf('2026', 'u1'));
  });

  it('of which a share is nothing sends nobody there', () => {
    const none = rules.replace('5% as mini', '0% as mini');
    expect(decideRules(none, { 'canary.bucket': '0%' }).splits).toMatchObject([{ branch: '2' }]);
  });
});

describe('a mirror', () => {
  const rules = 'mirror 5% on request.id to mistral-large\n@id(odd) mirror 50% on request.id salt "odd" to opus';

  it('takes its share of the keys, by its id or its salt', () => {
    const { program, checked } = compile(rules);
    for (let index = 0; index < 400; index++) {
      const id = `r${index}`;
      const { mirrors } = decide(program, factsOf({ program, checked }, { 'request.id': id })).obligations;
      expect(mirrors).toEqual([
        ...(bucketOf('test/mirror-1', id) < 500 ? [{ model: 'mistral-large' }] : []),
        ...(bucketOf('odd', id) < 5000 ? [{ model: 'opus' }] : []),
      ]);
    }
  });

  it('is not sent to a model that is denied', () => {
    const denied = `${rules}\ndeny model when model.region == eu`;
    const facts = { 'odd.bucket': '0%', 'mirror-1.bucket': '0%' };
    expect(decideRules(rules, facts).obligations.mirrors).toEqual([{ model: 'mistral-large' }, { model: 'opus' }]);
    expect(decideRules(denied, facts).obligations.mirrors).toEqual([]);
  });
});
