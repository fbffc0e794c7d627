import { firstPartial, firstWhole, idsOfUnits } from './joints.ts';
import { mergeSymbols, symbols } from './merge-symbols.ts';
import { isPair, units } from './read-units.ts';
import { idsOfBytes, noToken } from './vocabulary.ts';
import { keepCount, recallCount } from './word-memo.ts';

/** Tokens of characters of one unit, where they were asked for; the others are nought. */
const countsOfUnits = new Uint8Array(0x10000).fill(1, 0, 0x80);

/** How many tokens the word has that was read from `start` to `end`. */
export function countWord(start: number, end: number): number {
  if (end - start === 1) return countUnit(start);
  return recallCount(start, end) || keepCount(start, end, countPieces(start, end));
}

/** Single characters are so many that they would take the memo from words. */
function countUnit(at: number): number {
  const unit = units[at] ?? 0;
  const known = countsOfUnits[unit] ?? 0;
  if (known !== 0) return known;
  const count = countPiece(at, at + 1);
  countsOfUnits[unit] = count;
  return count;
}

/** A word is cut where nothing is ever merged across: what is short is merged soon, and came before more often. */
function countPieces(start: number, end: number): number {
  let count = 0;
  for (let at = start, next = start; at < end; at = next) {
    next = pieceEnd(at, end);
    if (next - at === end - start) return countPiece(at, next);
    count += next - at === 1 ? countUnit(at) : recallCount(at, next) || keepCount(at, next, countPiece(at, next));
  }
  return count;
}

function pieceEnd(start: number, end: number): number {
  for (let at = start + 1; at < end; at++) {
    const [left, right] = [units[at - 1] ?? 0, units[at] ?? 0];
    if (!isPair(left, right) && !isJoint(at)) return at;
  }
  return end;
}

/** Whether anything may be merged across a place. */
function isJoint(at: number): boolean {
  const [left, right] = [units[at - 1] ?? 0, units[at] ?? 0];
  // Nearly all pairs of these are beside each other in some token.
  if (left < 0x80 && right < 0x80) return true;
  return firstWhole(left, right) !== noToken || firstPartial(left, right) !== noToken;
}

/** Characters that are merged before any of their bytes is merged with another's begin as the token that they are, others as bytes. */
function countPiece(start: number, end: number): number {
  let length = 0;
  for (let at = start; at < end; at++) {
    const unit = units[at] ?? 0;
    const id = idsOfUnits[unit] ?? 0;
    if (unit < 0x80 || (id !== 0 && id < partialAt(at, start, end) && id < partialAt(at + 1, start, end)))
      symbols[length++] = unit < 0x80 ? (idsOfBytes[unit] ?? 0) : id;
    else if (isPair(unit, units[at + 1] ?? 0)) length = putBytes(length, unit, units[++at]);
    else length = putBytes(length, unit);
  }
  return mergeSymbols(length);
}

function partialAt(at: number, start: number, end: number): number {
  return at > start && at < end ? firstPartial(units[at - 1] ?? 0, units[at] ?? 0) : noToken;
}

/** Puts the bytes of a character behind other symbols: how many there are then. */
function putBytes(length: number, unit: number, second?: number): number {
  const point = second === undefined ? unit : 0x10000 + ((unit & 0x3ff) << 10) + (second & 0x3ff);
  const count = point < 0x800 ? 2 : point < 0x10000 ? 3 : 4;
  const first = (0xf00 >> count) & 0xff;
  for (let at = 0; at < count; at++) {
    const bits = point >> (6 * (count - 1 - at));
    symbols[length + at] = idsOfBytes[at === 0 ? first | bits : 0x80 | (bits & 0x3f)] ?? 0;
  }
  return length + count;
}
