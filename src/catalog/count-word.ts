import { idsOfUnits, leastCut, leastWhole } from './joints.ts';
import { countMerged, mostMerged, symbols } from './merge-symbols.ts';
import { isPair, units } from './read-units.ts';
import { idsOfBytes, noMerge } from './vocabulary.ts';

const memoBits = 14;
const memoWidth = 32;
const memoUnits = new Uint16Array(memoWidth << memoBits);
const memoLengths = new Uint8Array(1 << memoBits);
const memoCounts = new Uint8Array(1 << memoBits);

const longest = 32;

export function countWord(start: number, end: number): number {
  return recall(start, end, false);
}

function recall(start: number, end: number, isSegment: boolean): number {
  const length = end - start;
  if (length === 1 && (units[start] ?? 0) < 0x80) return 1;
  if (length > memoWidth) return isSegment ? countSegment(start, end) : countSegments(start, end);
  let hash = 0;
  for (let at = start; at < end; at++) hash = Math.imul(hash ^ (units[at] ?? 0), 0x9e3779b1);
  const slot = hash >>> (32 - memoBits);
  const place = slot * memoWidth;
  if (memoLengths[slot] === length) {
    let at = 0;
    while (at < length && memoUnits[place + at] === units[start + at]) at++;
    if (at === length) return memoCounts[slot] ?? 0;
  }
  const count = isSegment ? countSegment(start, end) : countSegments(start, end);
  for (let at = 0; at < length; at++) memoUnits[place + at] = units[start + at] ?? 0;
  memoLengths[slot] = length;
  memoCounts[slot] = count;
  return count;
}

function countSegments(start: number, end: number): number {
  let count = 0;
  for (let at = start; at < end; ) {
    const next = segmentEnd(at, end);
    if (next - at === end - start) return countSegment(at, next);
    count += recall(at, next, true);
    at = next;
  }
  return count;
}

function segmentEnd(start: number, end: number): number {
  let at = start + 1;
  for (; at < end; at++) {
    const left = units[at - 1] ?? 0;
    const right = units[at] ?? 0;
    if (isPair(left, right)) continue;
    if (left >= 0x80 || right >= 0x80) {
      if (leastWhole(left, right) === noMerge && leastCut(left, right) === noMerge) return at;
    }
    if (at - start >= longest && (left !== right || at - start >= mostMerged / 4 - 1)) return at;
  }
  return at;
}

function countSegment(start: number, end: number): number {
  let length = 0;
  let leftCut = noMerge;
  for (let at = start; at < end; at++) {
    const unit = units[at] ?? 0;
    if (unit < 0x80) {
      symbols[length++] = idsOfBytes[unit] ?? 0;
      leftCut = at + 1 < end ? leastCut(unit, units[at + 1] ?? 0) : noMerge;
      continue;
    }
    const next = at + 1 < end ? (units[at + 1] ?? 0) : 0;
    if (isPair(unit, next)) {
      const point = 0x10000 + ((unit & 0x3ff) << 10) + (next & 0x3ff);
      symbols[length++] = idsOfBytes[0xf0 | (point >> 18)] ?? 0;
      symbols[length++] = idsOfBytes[0x80 | ((point >> 12) & 0x3f)] ?? 0;
      symbols[length++] = idsOfBytes[0x80 | ((point >> 6) & 0x3f)] ?? 0;
      symbols[length++] = idsOfBytes[0x80 | (point & 0x3f)] ?? 0;
      at++;
      leftCut = 0;
      continue;
    }
    const rightCut = at + 1 < end ? leastCut(unit, next) : noMerge;
    const id = idsOfUnits[unit] ?? 0;
    if (id !== 0 && id < leftCut && id < rightCut) symbols[length++] = id;
    else if (unit < 0x800) {
      symbols[length++] = idsOfBytes[0xc0 | (unit >> 6)] ?? 0;
      symbols[length++] = idsOfBytes[0x80 | (unit & 0x3f)] ?? 0;
    } else {
      symbols[length++] = idsOfBytes[0xe0 | (unit >> 12)] ?? 0;
      symbols[length++] = idsOfBytes[0x80 | ((unit >> 6) & 0x3f)] ?? 0;
      symbols[length++] = idsOfBytes[0x80 | (unit & 0x3f)] ?? 0;
    }
    leftCut = rightCut;
  }
  return countMerged(length);
}
