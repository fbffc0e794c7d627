import { writeMoney } from '../syntax/quantities.ts';

/** Numbers in the one form that the layout gives them, each from its exact value. */

/** The shortest of `1500`, `1500k`, `1.5M` that is exact; of equally short ones the one with fewer zeros left out. */
export function formatInteger(value: number): string {
  return shortest([String(value), scaled(value, 3, 'k'), scaled(value, 6, 'M')]);
}

const shortest = (forms: readonly string[]): string =>
  forms.reduce((best, form) => (form.length < best.length ? form : best));

/** `value ÷ 10^places` without trailing zeros, and a unit. */
function scaled(value: number, places: number, unit: string): string {
  const digits = String(value).padStart(places + 1, '0');
  const fraction = digits.slice(-places).replace(/0+$/, '');
  return `${digits.slice(0, -places)}${fraction === '' ? '' : `.${fraction}`}${unit}`;
}

/** Ten-thousandths with at least one decimal, which tells a decimal from a whole number: `0.0`, `0.75`. */
export function formatDecimal(value: number): string {
  const form = scaled(value, 4, '');
  return form.includes('.') ? form : `${form}.0`;
}

/** Whole amounts without decimals, all others with at least two, as people write prices: `$500`, `$0.50`, `$0.0004`. */
export function formatMoney(nanos: number, currency: string): string {
  return writeMoney(nanos, currency).replace(/\.\d$/, '$&0');
}

/** The largest of `MB`, `kB` and `B` that divides. */
export function formatSize(bytes: number): string {
  if (bytes > 0 && bytes % 1_000_000 === 0) return `${bytes / 1_000_000}MB`;
  return bytes > 0 && bytes % 1000 === 0 ? `${bytes / 1000}kB` : `${bytes}B`;
}
