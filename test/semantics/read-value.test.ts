import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readValue, writeValue } from '../../src/semantics/read-value.ts';
import { maxInteger, type Type, type Value } from '../../src/semantics/types.ts';

const tier: Type = { kind: 'enum', name: 'caller.tier', values: ['free', 'gold'] };
const strings: Type = { kind: 'set' };
const tiers: Type = { kind: 'set', values: ['free', 'gold'] };

describe('reading a plain value', () => {
  it.each<[Type, unknown, Value | undefined]>([
    [{ kind: 'bool' }, true, true],
    [{ kind: 'bool' }, 'false', false],
    [{ kind: 'bool' }, 1, undefined],
    [{ kind: 'string' }, '', ''],
    [{ kind: 'string' }, 5, undefined],
    [tier, 'gold', 'gold'],
    [tier, 'Gold', undefined],
    [{ kind: 'tokens' }, 120_000, 120_000],
    [{ kind: 'tokens' }, '120k', 120_000],
    [{ kind: 'requests' }, 1.5, undefined],
    [{ kind: 'count' }, -1, undefined],
    [{ kind: 'count' }, maxInteger + 1, undefined],
    [{ kind: 'count' }, Number.NaN, undefined],
    [{ kind: 'money' }, '$1.25', 1_250_000_000],
    [{ kind: 'money' }, 'eur 1', undefined],
    [{ kind: 'money' }, 1.25, undefined],
    [{ kind: 'duration' }, '30s', 30_000],
    [{ kind: 'duration' }, 30, undefined],
    [{ kind: 'percent' }, '85%', 8500],
    [{ kind: 'percent' }, 85, undefined],
    [strings, ['b', 'a', 'b'], ['a', 'b']],
    [strings, ' phi, batch ,,phi', ['batch', 'phi']],
    [strings, '', []],
    [strings, ['a', 1], undefined],
    [strings, { a: 1 }, undefined],
    [tiers, ['gold'], ['gold']],
    [tiers, 'gold,silver', undefined],
    [strings, null, undefined],
    [{ kind: 'decimal' }, null, undefined],
  ])('%j: %j is %j', (type, written, value) => {
    expect(readValue(type, written, 'USD')).toEqual(value);
  });

  it('takes money in the one currency that there is', () => {
    expect(readValue({ kind: 'money' }, 'eur 1', 'EUR')).toBe(1_000_000_000);
    expect(readValue({ kind: 'money' }, '$1', 'EUR')).toBeUndefined();
  });
});

describe('reading a decimal', () => {
  it.each<[unknown, number | undefined]>([
    [0.7, 7000],
    ['0.7', 7000],
    [1, 10_000],
    [0.00004, 0],
    [0.00005, 1],
    [1.00005, 10_001],
    [1.00015, 10_002],
    [1.000049999, 10_000],
    ['2.99995', 30_000],
    [1e-7, 0],
    [1e300, undefined],
    [-0.5, undefined],
    ['half', undefined],
    [Number.POSITIVE_INFINITY, undefined],
  ])('rounds %j half up to four places', (written, value) => {
    expect(readValue({ kind: 'decimal' }, written, 'USD')).toBe(value);
  });
});

describe('a decimal that is a number', () => {
  it('is read as its text is, whichever way is taken', () => {
    const tenths = fc
      .tuple(fc.nat({ max: 10 ** 12 }), fc.nat({ max: 9 }))
      .map(([digits, places]) => digits / 10 ** places);
    fc.assert(
      fc.property(fc.oneof(tenths, fc.double({ min: 1e-6, max: 1e12, noNaN: true })), (written) => {
        const text = String(written);
        fc.pre(!text.includes('e'));
        const [read, asText] = [written, text].map((form) => readValue({ kind: 'decimal' }, form, 'USD'));
        expect(read).toBe(asText);
      }),
    );
  });
});

describe('a value', () => {
  const integer = fc.nat({ max: maxInteger });
  const held: fc.Arbitrary<readonly [Type, Value]> = fc.oneof(
    fc.tuple(fc.constant<Type>({ kind: 'bool' }), fc.boolean()),
    fc.tuple(fc.constant<Type>({ kind: 'string' }), fc.string()),
    fc.tuple(fc.constant(tier), fc.constantFrom('free', 'gold')),
    fc.tuple(
      fc.constantFrom<Type>({ kind: 'tokens' }, { kind: 'requests' }, { kind: 'count' }, { kind: 'percent' }),
      integer,
    ),
    fc.tuple(
      fc.constant<Type>({ kind: 'money' }),
      fc.nat({ max: 2 ** 40 }).map((micros) => micros * 1000),
    ),
    fc.tuple(fc.constant<Type>({ kind: 'duration' }), fc.nat({ max: 2 ** 42 })),
    fc.tuple(fc.constant<Type>({ kind: 'decimal' }), fc.nat({ max: 2 ** 42 })),
    fc.tuple(
      fc.constant(strings),
      fc.uniqueArray(fc.string()).map((members) => members.sort()),
    ),
    fc.tuple(fc.constant(tiers), fc.subarray(['free', 'gold'])),
  );

  it('comes back from its JSON form as it was', () => {
    fc.assert(
      fc.property(held, fc.constantFrom('USD', 'EUR', 'GBP', 'CHF'), ([type, value], currency) => {
        const json: unknown = JSON.parse(JSON.stringify(writeValue(type, value, currency)));
        expect(readValue(type, json, currency)).toEqual(value);
      }),
    );
  });

  it.each<[Type, Value, Value]>([
    [{ kind: 'money' }, 1_250_000_000, '$1.25'],
    [{ kind: 'duration' }, 30_000, '30s'],
    [{ kind: 'percent' }, 8500, '85%'],
    [{ kind: 'decimal' }, 7000, 0.7],
    [{ kind: 'tokens' }, 120_000, 120_000],
    [tier, 'gold', 'gold'],
    [strings, ['a'], ['a']],
    [{ kind: 'bool' }, false, false],
  ])('is written with its unit: %j', (type, value, json) => {
    expect(writeValue(type, value, 'USD')).toEqual(json);
  });
});
