import { unpackNumbers } from './packed-numbers.ts';
import file from './vocabulary.json' with { type: 'json' };

const byteCount = 0x100;
const merges = unpackNumbers(file.merges);
const tokenCount = byteCount + merges.length / 2;

/** What is not merged: greater than the id of any token. */
export const noMerge = 0x7fffffff;

/** The first ids are bytes, those that can be printed first. */
const bytesById = [
  ...range(0x21, 0x7e),
  ...range(0xa1, 0xac),
  ...range(0xae, 0xff),
  ...range(0x00, 0x20),
  ...range(0x7f, 0xa0),
  0xad,
];
export const idsOfBytes = Int32Array.from(range(0x00, 0xff), (byte) => bytesById.indexOf(byte));

function* range(first: number, last: number): Generator<number> {
  for (let byte = first; byte <= last; byte++) yield byte;
}

/** The table has at least twice the room that it needs, so that a place is found at once. */
const slotBits = Math.ceil(Math.log2(tokenCount)) + 1;
const lastSlot = 2 ** slotBits - 1;
/** Of two tokens: the left one and what fits of the right one, then the rest of that and the id that they are merged to. */
const pairSlots = new Int32Array((lastSlot + 1) * 2);
const rightBits = 15;
const idBits = 17;

function slotOf(left: number, right: number): number {
  return (Math.imul(left, 0x9e3779b1) ^ Math.imul(right, 0x85ebca77)) >>> (32 - slotBits);
}

function pairKey(left: number, right: number): number {
  return (left << rightBits) | (right & ((1 << rightBits) - 1));
}

for (let at = 0; at < merges.length; at += 2) {
  const [left, right] = [merges[at] ?? 0, merges[at + 1] ?? 0];
  let slot = slotOf(left, right);
  while (pairSlots[slot * 2 + 1] !== 0) slot = (slot + 1) & lastSlot;
  pairSlots[slot * 2] = pairKey(left, right);
  pairSlots[slot * 2 + 1] = ((right >> rightBits) << idBits) | (byteCount + at / 2);
}

/** The id of what two tokens are merged to. The least is merged first. */
export function mergeOf(left: number, right: number): number {
  const key = pairKey(left, right);
  const high = right >> rightBits;
  let slot = slotOf(left, right);
  for (let found = pairSlots[slot * 2 + 1] ?? 0; found !== 0; found = pairSlots[slot * 2 + 1] ?? 0) {
    if (pairSlots[slot * 2] === key && found >> idBits === high) return found & ((1 << idBits) - 1);
    slot = (slot + 1) & lastSlot;
  }
  return noMerge;
}

/** Tells of each token where its bytes stand. */
export function spellTokens(tell: (id: number, bytes: Uint8Array, start: number, end: number) => void): void {
  const starts = new Int32Array(tokenCount + 1);
  const bytes = new Uint8Array(tokenCount * 16);
  bytes.set(bytesById);
  for (let id = 0, end = 0; id < tokenCount; id++) {
    const start = end;
    if (id < byteCount) end++;
    else {
      for (let at = (id - byteCount) * 2, last = at + 1; at <= last; at++) {
        const part = merges[at] ?? 0;
        const partEnd = starts[part + 1] ?? 0;
        for (let from = starts[part] ?? 0; from < partEnd; from++) bytes[end++] = bytes[from] ?? 0;
      }
    }
    starts[id + 1] = end;
    tell(id, bytes, start, end);
  }
}
