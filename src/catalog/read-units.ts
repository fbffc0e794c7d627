import { unpackNumbers } from './packed-numbers.ts';
import file from './vocabulary.json' with { type: 'json' };

/**
 * What the cutting of texts into words makes a difference between, in the order of the file: a bit each, but for `other`. Letters
 * without case are `letter`.
 */
export const other = 0;
export const upper = 1;
export const lower = 2;
export const letter = 4;
export const mark = 8;
export const digit = 16;
export const newline = 32;
export const blank = 64;
/** Behind the end of what was read. */
export const end = 128;
/** In the table only: a unit that is no character alone. */
const half = 255;

const kindsOfPoints = readKinds();
const kindsOfUnits = kindsOfPoints.slice(0, 0x10000).fill(half, 0xd800, 0xe000);

function readKinds(): Uint8Array {
  const kinds = new Uint8Array(0x110000);
  const runs = unpackNumbers(file.kinds);
  let point = 0;
  for (let at = 0; at < runs.length; at += 2) {
    const start = point;
    point += runs[at + 1] ?? 0;
    const kind = (1 << (runs[at] ?? 0)) >> 1;
    // Nought is there already: most of the planes is never touched, nor held.
    if (kind !== other) kinds.fill(kind, start, point);
  }
  return kinds;
}

/** So much of a text is read at a time. */
const mostRead = 4096;

/** UTF-16 units of a text, and the kind of the character that each is, or is half of. */
export const units = new Uint16Array(mostRead + 2);
export const kinds = new Uint8Array(mostRead + 2);

/** What vocabularies see where half a character has lost the other. */
const replacement = 0xfffd;

/** Reads as much of a text from a place on as there is room for: how much that is. */
export function readUnits(text: string, from: number): number {
  const size = Math.min(text.length - from, mostRead);
  for (let at = 0; at < size; at++) {
    const unit = text.charCodeAt(from + at);
    const kind = kindsOfUnits[unit] ?? other;
    units[at] = unit;
    kinds[at] = kind;
    if (kind === half) readHalf(text, from + at, at);
  }
  for (let at = size; at < size + 2; at++) {
    units[at] = 0;
    kinds[at] = end;
  }
  return size;
}

function readHalf(text: string, place: number, at: number): void {
  const isFirst = isPair(text.charCodeAt(place), text.charCodeAt(place + 1));
  const isSecond = place > 0 && isPair(text.charCodeAt(place - 1), text.charCodeAt(place));
  if (!isFirst && !isSecond) units[at] = replacement;
  kinds[at] =
    isFirst || isSecond ? (kindsOfPoints[text.codePointAt(isFirst ? place : place - 1) ?? 0] ?? other) : other;
}

/** Whether two units are one character. */
export function isPair(first: number, second: number): boolean {
  return (first & 0xfc00) === 0xd800 && (second & 0xfc00) === 0xdc00;
}
