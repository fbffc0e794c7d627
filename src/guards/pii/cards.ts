import { type Recogniser, recognise } from './recogniser.ts';

/** 12 to 19 digits as they are printed: in one run, or in groups with one kind of separator. */
const written =
  /(?<![\p{L}\p{N}_]|[0-9][.-])(?:[0-9]{12,19}|[0-9]{4}(?:([ -])[0-9]{4}){2}(?:\1[0-9]{1,7})?|[0-9]{4}([ -])[0-9]{6}\2[0-9]{4,5})(?![\p{L}\p{N}_]|[.-][0-9])/gu;

interface Range {
  readonly from: number;
  readonly to: number;
  readonly lengths: readonly number[];
}

const range = (from: number, to: number, ...lengths: readonly number[]): Range => ({ from, to, lengths });
const upTo19 = [16, 17, 18, 19];

/** Issuer identification numbers (ISO/IEC 7812), as the first six digits, and the lengths that the schemes give out. */
const ranges: readonly Range[] = [
  range(400000, 499999, 13, 16, 19), // Visa
  range(510000, 559999, 16), // Mastercard
  range(222100, 272099, 16),
  range(340000, 349999, 15), // American Express
  range(370000, 379999, 15),
  range(300000, 305999, 14, 16, 17, 18, 19), // Diners Club
  range(309500, 309599, 14, 16, 17, 18, 19),
  range(360000, 369999, 14, 16, 17, 18, 19),
  range(380000, 399999, 14, 16, 17, 18, 19),
  range(601100, 601199, ...upTo19), // Discover
  range(644000, 659999, ...upTo19),
  range(352800, 358999, ...upTo19), // JCB
  range(180000, 180099, 15),
  range(213100, 213199, 15),
  range(620000, 629999, ...upTo19), // UnionPay
  range(810000, 817199, ...upTo19),
  range(220000, 220499, ...upTo19), // Mir
  range(501800, 501899, 12, 13, 14, 15, ...upTo19), // Maestro
  range(502000, 502099, 12, 13, 14, 15, ...upTo19),
  range(503800, 503899, 12, 13, 14, 15, ...upTo19),
  range(560000, 589999, 12, 13, 14, 15, ...upTo19),
  range(630400, 630499, 12, 13, 14, 15, ...upTo19),
  range(639000, 639099, 12, 13, 14, 15, ...upTo19),
  range(670000, 679999, 12, 13, 14, 15, ...upTo19),
];

/** ISO/IEC 7812-1, annex B. */
function luhn(digits: string): boolean {
  let sum = 0;
  for (let index = 0; index < digits.length; index++) {
    const digit = digits.charCodeAt(digits.length - 1 - index) - 48;
    const doubled = index % 2 === 1 ? digit * 2 : digit;
    sum += doubled > 9 ? doubled - 9 : doubled;
  }
  return sum % 10 === 0;
}

function isCard(match: string): boolean {
  const digits = match.replace(/[ -]/g, '');
  const issuer = Number(digits.slice(0, 6));
  const issued = ranges.some(
    ({ from, to, lengths }) => issuer >= from && issuer <= to && lengths.includes(digits.length),
  );
  return issued && luhn(digits) && !/^(.)\1+$/.test(digits);
}

/** Numbers of payment cards, with an issuer that exists, a length that it uses and a check digit that is right. */
export const findCards: Recogniser = (text) => recognise(text, written, isCard);
