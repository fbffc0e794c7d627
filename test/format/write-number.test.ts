import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatDecimal, formatInteger, formatMoney, formatSize } from '../../src/format/write-number.ts';
import { currencies, readDecimal, readInteger, readMoney, readSize } from '../../src/syntax/quantities.ts';

const numRuns = Number(process.env['LLMPOLICY_TEST_SCALE'] ?? 1) * 300;

describe('numbers in the layout', () => {
  it.each([
    [0, '0'],
    [1000, '1k'],
    [1500, '1500'],
    [120_000, '120k'],
    [1_050_000, '1050k'],
    [1_500_000, '1.5M'],
    [2_000_000, '2M'],
    [1_234_567, '1234567'],
  ])('the integer %i is %s', (value, text) => expect(formatInteger(value)).toBe(text));

  it.each([
    [15_000_000_000, 'USD', '$15'],
    [500_000_000, 'USD', '$0.50'],
    [250_000_000, 'USD', '$0.25'],
    [400_000, 'USD', '$0.0004'],
    [1_500_000_000, 'EUR', 'eur 1.50'],
    [0, 'USD', '$0'],
  ])('%i nano-units of %s are %s', (nanos, currency, text) => expect(formatMoney(nanos, currency)).toBe(text));

  it.each([
    [0, '0.0'],
    [10_000, '1.0'],
    [7500, '0.75'],
  ])('%i ten-thousandths are %s', (value, text) => expect(formatDecimal(value)).toBe(text));

  it.each([
    [0, '0B'],
    [1000, '1kB'],
    [1500, '1500B'],
    [3_000_000, '3MB'],
  ])('%i bytes are %s', (bytes, text) => expect(formatSize(bytes)).toBe(text));

  it('are read as the value that was written', () => {
    const whole = fc.oneof(
      fc.nat(10_000),
      fc.nat(10_000).map((value) => value * 1000),
      fc.maxSafeNat(),
    );
    fc.assert(
      fc.property(whole, fc.constantFrom(...currencies), (value, currency) => {
        expect(readInteger(formatInteger(value))).toBe(value);
        expect(readDecimal(formatDecimal(value))).toBe(value);
        expect(readSize(formatSize(value))).toBe(value);
        const nanos = Math.floor(value / 1000) * 1000;
        expect(readMoney(formatMoney(nanos, currency))).toEqual({ nanos, currency });
      }),
      { numRuns },
    );
  });
});
