import {
  decimalToNumber,
  readDecimal,
  readDuration,
  readInteger,
  readMoney,
  readPercent,
  writeDuration,
  writeMoney,
  writePercent,
} from '../syntax/quantities.ts';
import type { Type, Value } from './types.ts';
import { readWeekMinute, writeWeekMinute } from './week.ts';

function readFlag(written: unknown): boolean | undefined {
  if (written === true || written === 'true') return true;
  return written === false || written === 'false' ? false : undefined;
}

function readWhole(written: unknown): number | undefined {
  if (typeof written === 'string') return readInteger(written);
  return Number.isSafeInteger(written) && Number(written) >= 0 ? Number(written) : undefined;
}

const decimalUnit = 10_000;

/** Works on the decimal text, so that `1.00005` is a true half whatever its binary form is. */
function readRoundedDecimal(written: unknown): number | undefined {
  // Most have no more places than are kept, and are what dividing gives again: to work on their text takes many times as long.
  if (typeof written === 'number' && written > 0) {
    const kept = Math.round(written * decimalUnit);
    if (Number.isSafeInteger(kept) && kept / decimalUnit === written) return kept;
  }
  const tooSmallToShow = typeof written === 'number' && written >= 0 && written < 1e-6;
  const text = tooSmallToShow ? '0' : typeof written === 'number' ? String(written) : written;
  if (typeof text !== 'string') return undefined;
  const [, kept, next] = /^(\d+\.\d{4})(\d)\d*$/.exec(text) ?? [];
  const value = readDecimal(kept ?? text);
  if (value === undefined || next === undefined) return value;
  return next >= '5' ? value + 1 : value;
}

function readAmountIn(currency: string, text: string): number | undefined {
  const money = readMoney(text);
  return money?.currency === currency ? money.nanos : undefined;
}

function readSet(written: unknown, allowed: readonly string[] | undefined): readonly string[] | undefined {
  const members: readonly unknown[] | undefined =
    typeof written === 'string'
      ? written
          .split(',')
          .map((member) => member.trim())
          .filter((member) => member !== '')
      : Array.isArray(written)
        ? written
        : undefined;
  const isMember = (member: unknown): member is string =>
    typeof member === 'string' && (allowed === undefined || allowed.includes(member));
  return members?.every(isMember) ? [...new Set(members)].sort() : undefined;
}

/**
 * A plain value, as JSON, YAML or the text of a header gives it, in the form in which it is held; `undefined` if it is
 * no value of the type. Nothing that is counted or measured is negative. A decimal is rounded half up to four places.
 */
export function readValue(type: Type, written: unknown, currency: string): Value | undefined {
  switch (type.kind) {
    case 'bool':
      return readFlag(written);
    case 'tokens':
    case 'requests':
    case 'count':
      return readWhole(written);
    case 'decimal':
      return readRoundedDecimal(written);
    case 'set':
      return readSet(written, type.values);
  }
  if (typeof written !== 'string') return undefined;
  switch (type.kind) {
    case 'string':
      return written;
    case 'enum':
      return type.values.includes(written) ? written : undefined;
    case 'money':
      return readAmountIn(currency, written);
    case 'duration':
      return readDuration(written);
    case 'percent':
      return readPercent(written);
    case 'time':
      return readWeekMinute(written);
  }
}

/** The form of a held value in JSON: plain, and with its unit where it has one. */
export function writeValue(type: Type, value: Value, currency: string): Value {
  if (typeof value !== 'number') return value;
  switch (type.kind) {
    case 'money':
      return writeMoney(value, currency);
    case 'duration':
      return writeDuration(value);
    case 'percent':
      return writePercent(value);
    case 'decimal':
      return decimalToNumber(value);
    case 'time':
      return writeWeekMinute(value);
    default:
      return value;
  }
}
