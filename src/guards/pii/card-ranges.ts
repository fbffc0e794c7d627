interface Range {
  readonly from: number;
  readonly to: number;
  readonly lengths: readonly number[];
}

const range = (from: number, to: number, ...lengths: readonly number[]): Range => ({ from, to, lengths });
const from12 = [12, 13, 14, 15, 16, 17, 18, 19];
const from14 = [14, 16, 17, 18, 19];
const from16 = [16, 17, 18, 19];

/**
 * Issuer identification numbers as the first six digits, and the lengths that the networks give out. ISO/IEC 7812-2's register is not
 * public: this is what the networks publish, as Wikipedia's "Payment card number" gathers it.
 */
const ranges: readonly Range[] = [
  range(400000, 499999, 13, 16, 19), // Visa
  range(510000, 559999, 16), // Mastercard
  range(222100, 272099, 16),
  range(340000, 349999, 15), // American Express
  range(370000, 379999, 15),
  range(300000, 305999, ...from14), // Diners Club
  range(309500, 309599, ...from14),
  range(360000, 369999, ...from14),
  range(380000, 399999, ...from14),
  range(352800, 358999, ...from16), // JCB
  range(180000, 180099, 15),
  range(213100, 213199, 15),
  range(600000, 609999, 16), // Discover, RuPay, Hipercard
  range(601100, 601199, ...from16),
  range(644000, 659999, ...from16), // Discover, RuPay, Elo, Verve
  range(620000, 629999, ...from16), // UnionPay
  range(810000, 829999, ...from16), // UnionPay, RuPay
  range(500000, 509999, ...from12), // Maestro, Dankort, Elo, RuPay, Verve
  range(560000, 589999, ...from12), // Maestro
  range(630400, 630499, ...from12),
  range(639000, 639099, ...from12),
  range(670000, 679999, ...from12),
  range(220000, 220599, ...from16), // Mir, Borica
  range(979200, 979299, 16), // Troy
  range(860000, 860099, 16), // UzCard
  range(986000, 986099, 16), // Humo
  range(970400, 970499, 16, 19), // Napas
  range(100000, 199999, 15), // UATP
];

/** A network gives out cards that begin so and are so long. */
export function isIssued(digits: string): boolean {
  const issuer = Number(digits.slice(0, 6));
  return ranges.some(({ from, to, lengths }) => issuer >= from && issuer <= to && lengths.includes(digits.length));
}
