import { randomBytes } from 'node:crypto';
import { crc32 } from 'node:zlib';

/** What every key of this gateway begins with, for people and for secret scanners. */
export const keyPrefix = 'lp-';

const digits = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const bytesOfChance = 32;
/** Base-62 digits that hold them, and the checksum. */
const chanceDigits = 43;
const checkDigits = 6;

const keyPattern = /^lp-([0-9A-Za-z]{43})([0-9A-Za-z]{6})$/;

/** A new key: 256 bits of chance and a checksum, in letters and digits only, so that a double click takes all of it. */
export function createKeyText(): string {
  const chance = inBase62(BigInt(`0x${randomBytes(bytesOfChance).toString('hex')}`), chanceDigits);
  return `${keyPrefix}${chance}${checksum(chance)}`;
}

/** Whether a text could be one of this gateway's keys: a mistyped one is known without asking the store. */
export function isKeyText(text: string): boolean {
  const [, chance, check] = keyPattern.exec(text) ?? [];
  return chance !== undefined && checksum(chance) === check;
}

function checksum(chance: string): string {
  return inBase62(BigInt(crc32(chance)), checkDigits);
}

function inBase62(value: bigint, length: number): string {
  let text = '';
  for (let rest = value; text.length < length; rest /= 62n) text = `${digits[Number(rest % 62n)]}${text}`;
  return text;
}
