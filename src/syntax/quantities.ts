/**
 * Exact quantities: the text that people write, and the integer that is held. One place for policies, the config,
 * headers and JSON facts. Every reader returns `undefined` for text that is not such a quantity, or not exactly one.
 */

const digits = /^(\d+)(?:\.(\d+))?$/;

/** `text × 10^places` as an exact integer, where it is one and not beyond 2^53 − 1. */
function readScaled(text: string, places: number): number | undefined {
  const match = digits.exec(text);
  if (!match) return undefined;
  const whole = match[1] ?? '';
  const fraction = (match[2] ?? '').replace(/0+$/, '');
  if (fraction.length > places) return undefined;
  const value = Number(`${whole}${fraction.padEnd(places, '0')}`);
  return Number.isSafeInteger(value) ? value : undefined;
}

/** `integer ÷ 10^places`, without trailing zeros. */
function writeScaled(integer: number, places: number): string {
  const unit = 10 ** places;
  if (integer % unit === 0) return String(integer / unit);
  const text = String(Math.abs(integer)).padStart(places + 1, '0');
  const whole = text.slice(0, text.length - places);
  const fraction = text.slice(text.length - places).replace(/0+$/, '');
  return `${integer < 0 ? '-' : ''}${whole}${fraction === '' ? '' : `.${fraction}`}`;
}

const thousands: ReadonlyMap<string, number> = new Map([
  ['k', 3],
  ['M', 6],
]);

/** `20`, `120k`, `1.5M`: an integer. */
export function readInteger(text: string): number | undefined {
  const zeros = thousands.get(text.slice(-1));
  if (zeros === undefined) return text.includes('.') ? undefined : readScaled(text, 0);
  return readScaled(text.slice(0, -1), zeros);
}

const decimalPlaces = 4;

/** `0.7`, at most four places: ten-thousandths. */
export function readDecimal(text: string): number | undefined {
  return readScaled(text, decimalPlaces);
}

/** Ten-thousandths as the number that JSON shows. */
export function decimalToNumber(tenThousandths: number): number {
  return tenThousandths / 10 ** decimalPlaces;
}

/** `2.5%`, at most two places: basis points. */
export function readPercent(text: string): number | undefined {
  return text.endsWith('%') ? readScaled(text.slice(0, -1), 2) : undefined;
}

export function writePercent(basisPoints: number): string {
  return `${writeScaled(basisPoints, 2)}%`;
}

/** Longest first, so that the writer finds the largest unit that divides. */
const durationUnits: readonly (readonly [string, number])[] = [
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['m', 60_000],
  ['s', 1_000],
  ['ms', 1],
];

/** `250ms`, `30s`, `1.5h`: whole milliseconds. */
export function readDuration(text: string): number | undefined {
  const match = /^(\d+(?:\.\d+)?)(ms|s|m|h|d)$/.exec(text);
  const unit = durationUnits.find(([name]) => name === match?.[2]);
  if (!match || !unit) return undefined;
  const thousandths = readScaled(match[1] ?? '', 3);
  if (thousandths === undefined) return undefined;
  const milliseconds = (BigInt(thousandths) * BigInt(unit[1])) / 1000n;
  const exact = milliseconds * 1000n === BigInt(thousandths) * BigInt(unit[1]);
  return exact && milliseconds <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(milliseconds) : undefined;
}

export function writeDuration(milliseconds: number): string {
  if (milliseconds === 0) return '0s';
  const [name, size] = durationUnits.find(([, unit]) => milliseconds % unit === 0) ?? ['ms', 1];
  return `${milliseconds / size}${name}`;
}

const moneyPlaces = 6;
const nanoPerMicro = 1000;

/** An amount without its currency sign, at most six places: nano-units (10⁻⁹). */
export function readAmount(text: string): number | undefined {
  const micros = readScaled(text, moneyPlaces);
  if (micros === undefined) return undefined;
  const nanos = micros * nanoPerMicro;
  return Number.isSafeInteger(nanos) ? nanos : undefined;
}

/** Currencies that money can be written in. `$` is USD. */
export const currencies = ['USD', 'EUR', 'GBP', 'CHF'] as const;
export type Currency = (typeof currencies)[number];

/** `$1.25` or `eur 1.25`: nano-units and the currency. */
export function readMoney(text: string): { readonly nanos: number; readonly currency: Currency } | undefined {
  const match = /^(?:\$|(usd|eur|gbp|chf)[ \t]+)(\d.*)$/.exec(text);
  const nanos = readAmount(match?.[2] ?? '');
  if (!match || nanos === undefined) return undefined;
  const currency = currencies.find((known) => known.toLowerCase() === (match[1] ?? 'usd'));
  return currency && { nanos, currency };
}

/** Nano-units as `$1.25`, or `eur 1.25` in another currency than USD. */
export function writeMoney(nanos: number, currency: string): string {
  const sign = currency === 'USD' ? '$' : `${currency.toLowerCase()} `;
  return `${sign}${writeScaled(nanos, 9)}`;
}

/** `64B`, `1kB`, `10MB` (powers of 1,000): bytes. */
export function readSize(text: string): number | undefined {
  const match = /^(\d+)(B|kB|MB)$/.exec(text);
  if (!match) return undefined;
  return readScaled(match[1] ?? '', 0) === undefined
    ? undefined
    : readInteger(`${match[1]}${{ B: '', kB: 'k', MB: 'M' }[match[2] as 'B' | 'kB' | 'MB']}`);
}
