import { unpackNumbers } from './packed-numbers.ts';
import file from './vocabulary.json' with { type: 'json' };

/**
 * The first tokens of a vocabulary. The first 256 are the bytes; each other one is merged of two before it. Texts are tokens of bytes at
 * first, and as long as two neighbours are merged in any token, those whose token is the first in the vocabulary are merged. To know only
 * the first tokens is to stop that too early: what is counted is what the whole vocabulary counts, or more.
 */
const merges = unpackNumbers(file.merges);
const byteCount = 0x100;
const tokenCount = byteCount + merges.length / 2;

/** Bytes by their ids: those that can be printed come first. */
const bytesById = Uint8Array.from([
  ...range(0x21, 0x7e),
  ...range(0xa1, 0xac),
  ...range(0xae, 0xff),
  ...range(0x00, 0x20),
  ...range(0x7f, 0xa0),
  0xad,
]);

/** The ids of bytes. */
export const idsOfBytes = Int32Array.from(range(0x00, 0xff), (byte) => bytesById.indexOf(byte));

function* range(first: number, last: number): Generator<number> {
  for (let byte = first; byte <= last; byte++) yield byte;
}

/** Where there is no token: greater than any id. */
export const noToken = 0x7fffffff;

/** Twice as many slots as pairs at least: one that is looked for is found at once. */
const slotBits = Math.ceil(Math.log2(tokenCount)) + 1;
const lastSlot = 2 ** slotBits - 1;
/** Pairs that are merged: the left id and as much of the right one as fits, then the rest and the id of the token. */
const slots = new Int32Array((lastSlot + 1) * 2);
const rightBits = 15;
const idBits = 17;

/** A bit for each pair, eight times as many as pairs at least: most that are not merged are told apart by it, without a look at the slots. */
const bitBits = slotBits + 2;
const bits = new Int32Array(2 ** (bitBits - 5));

/** Of two bytes the token at once. */
const tokensOfBytes = new Int32Array(byteCount * byteCount).fill(noToken);

for (let at = 0; at < merges.length; at += 2) {
  const left = merges[at] ?? 0;
  const right = merges[at + 1] ?? 0;
  if (left < byteCount && right < byteCount) tokensOfBytes[left * byteCount + right] = byteCount + at / 2;
  const hash = hashPair(left, right);
  bits[hash >>> (37 - bitBits)] = (bits[hash >>> (37 - bitBits)] ?? 0) | (1 << (hash >>> (32 - bitBits)));
  let slot = hash >>> (32 - slotBits);
  while (slots[slot * 2 + 1] !== 0) slot = (slot + 1) & lastSlot;
  slots[slot * 2] = firstPart(left, right);
  slots[slot * 2 + 1] = ((right >> rightBits) << idBits) | (byteCount + at / 2);
}

function firstPart(left: number, right: number): number {
  return (left << rightBits) | (right & ((1 << rightBits) - 1));
}

/** Scatters two numbers: the first bits are the best. */
export function hashPair(left: number, right: number): number {
  return Math.imul(left, 0x9e3779b1) ^ Math.imul(right, 0x85ebca77);
}

/** The token that two are merged to. */
export function mergeOf(left: number, right: number): number {
  if (left < byteCount && right < byteCount) return tokensOfBytes[left * byteCount + right] ?? noToken;
  const hash = hashPair(left, right);
  if ((((bits[hash >>> (37 - bitBits)] ?? 0) >>> (hash >>> (32 - bitBits))) & 1) === 0) return noToken;
  const first = firstPart(left, right);
  const rest = right >> rightBits;
  let slot = hash >>> (32 - slotBits);
  for (let second = slots[slot * 2 + 1] ?? 0; second !== 0; second = slots[slot * 2 + 1] ?? 0) {
    if (slots[slot * 2] === first && second >> idBits === rest) return second & ((1 << idBits) - 1);
    slot = (slot + 1) & lastSlot;
  }
  return noToken;
}

/** Tells of each token where its bytes stand. */
export function spellTokens(tell: (id: number, bytes: Uint8Array, start: number, end: number) => void): void {
  const ends = tokenEnds();
  const bytes = new Uint8Array(ends[tokenCount - 1] ?? 0);
  bytes.set(bytesById);
  for (let id = 0; id < tokenCount; id++) {
    const start = ends[id - 1] ?? 0;
    for (let at = start, part = 0; id >= byteCount && part < 2; part++) {
      const copied = merges[(id - byteCount) * 2 + part] ?? 0;
      const last = ends[copied] ?? 0;
      for (let from = ends[copied - 1] ?? 0; from < last; from++) bytes[at++] = bytes[from] ?? 0;
    }
    tell(id, bytes, start, ends[id] ?? 0);
  }
}

function tokenEnds(): Int32Array {
  const ends = new Int32Array(tokenCount);
  const lengthOf = (id: number) => (ends[id] ?? 0) - (ends[id - 1] ?? 0);
  for (let id = 0, at = 0; id < tokenCount; id++) {
    const length = id < byteCount ? 1 : lengthOf(merges[at++] ?? 0) + lengthOf(merges[at++] ?? 0);
    ends[id] = (ends[id - 1] ?? 0) + length;
  }
  return ends;
}
