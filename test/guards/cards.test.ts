import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { findCards } from '../../src/guards/pii/cards.ts';

/** The digits with the check digit that belongs to them. */
function checked(digits: string): string {
  const sum = [...digits].reverse().reduce((total, digit, place) => {
    const value = Number(digit) * (place % 2 === 0 ? 2 : 1);
    return total + (value > 9 ? value - 9 : value);
  }, 0);
  return digits + String((10 - (sum % 10)) % 10);
}

const digits = (least: number, most: number) =>
  fc.string({ unit: fc.constantFrom(...'0123456789'), minLength: least, maxLength: most });
const numbers = digits(11, 18)
  .map(checked)
  .filter((number) => !/^(.)\1+$/.test(number) && !number.startsWith('89'));

const found = (text: string) => findCards(text).map(({ start, end }) => text.slice(start, end));

describe('a number that a text calls a card', () => {
  it.each(['my card number is N', 'N is lost, a debit card', 'Kreditkarte: N', 'carte n° N', 'VISA N', 'カード番号 N'])(
    'is one, whoever gives it out: %s',
    (sentence) => {
      fc.assert(
        fc.property(numbers, (number) => {
          expect(found(sentence.replace('N', number))).toEqual([number]);
        }),
        { numRuns: 50 },
      );
    },
  );

  it('is none with a wrong check digit', () => {
    fc.assert(
      fc.property(numbers, fc.integer({ min: 1, max: 9 }), (number, off) => {
        const wrong = number.slice(0, -1) + ((Number(number.at(-1)) + off) % 10);
        expect(found(`my card number is ${wrong}`)).toEqual([]);
      }),
    );
  });

  it('is none where it is a card of telephony', () => {
    expect(found('SIM card 8944501234567890120')).toEqual([]);
    expect(found(`SIM card ${checked('894450123456789012')}`)).toEqual([]);
  });
});

describe('a number of which nothing is said', () => {
  it('is a card where a network gives it out', () => {
    fc.assert(
      fc.property(digits(14, 14), (rest) => {
        expect(found(checked(`4${rest}`))).toHaveLength(1);
      }),
    );
    expect(found('troy 9792030394440796, uatp 122000000000003')).toHaveLength(2);
  });

  it('is none where nobody does, and none behind a plus or in an account', () => {
    fc.assert(
      fc.property(digits(14, 14), (rest) => {
        expect(found(checked(`7${rest}`))).toEqual([]);
      }),
    );
    expect(found('+573003321235')).toEqual([]);
    expect(found('RS35 2600 0560 1001 6113 70')).toEqual([]);
  });
});
