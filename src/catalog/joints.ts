import { hashPair, noToken, spellTokens } from './vocabulary.ts';

const slotBits = 16;

/**
 * The first token that has two characters, or parts of characters, beside each other: by what they are called. Pairs that share a slot
 * share the first token of both: a joint may be seen where there is none, never missed.
 */
const firstTokens = new Int32Array(1 << slotBits).fill(noToken);

/** The ids of the characters that are tokens, by their UTF-16 unit; nought where there is none. */
export const idsOfUnits = new Int32Array(0x10000);

/** Characters are called by their unit, and parts of characters by this and the byte that is at the joint. */
const part = 0x10000;
/** The first byte of every character that is two units: they are known by parts only. */
const longest = 0xf0;

spellTokens((id, bytes, start, end) => {
  // Nobody asks what is beside what in ASCII.
  let at = start;
  while (at < end && (bytes[at] ?? 0) < 0x80) at++;
  if (at < end) noteJoints(id, bytes, start, end);
});

function noteJoints(id: number, bytes: Uint8Array, start: number, end: number): void {
  let left = -1;
  for (let at = start; at < end; ) {
    let next = at + 1;
    while (next < end && isInner(bytes[next] ?? 0)) next++;
    const unit = unitOf(bytes, at, next);
    const right = unit ?? part | Math.min(bytes[at] ?? 0, longest);
    if (left !== -1) {
      const slot = hashPair(left, right) >>> (32 - slotBits);
      firstTokens[slot] = Math.min(firstTokens[slot] ?? noToken, id);
    }
    if (unit !== undefined && next - at === end - start) idsOfUnits[unit] = id;
    left = unit ?? part | (bytes[next - 1] ?? 0);
    at = next;
  }
}

/** Whether a byte is none that characters begin with. */
function isInner(byte: number): boolean {
  return (byte & 0xc0) === 0x80;
}

/** The unit that bytes spell where they are the whole of a character. */
function unitOf(bytes: Uint8Array, start: number, end: number): number | undefined {
  const first = bytes[start] ?? 0;
  const second = (bytes[start + 1] ?? 0) & 0x3f;
  const third = (bytes[start + 2] ?? 0) & 0x3f;
  if (end - start === 1 && first < 0x80) return first;
  if (end - start === 2 && first >= 0xc0 && first < 0xe0) return ((first & 0x1f) << 6) | second;
  if (end - start === 3 && first >= 0xe0 && first < longest) return ((first & 0x0f) << 12) | (second << 6) | third;
  return undefined;
}

/** The first token that has both characters beside each other, each as a whole. */
export function firstWhole(left: number, right: number): number {
  return firstTokens[hashPair(left, right) >>> (32 - slotBits)] ?? noToken;
}

/** The first token that has the end of one and the beginning of the other, one of them not as a whole. */
export function firstPartial(left: number, right: number): number {
  const end = left < 0x80 ? left : part | 0x80 | (left & 0x3f);
  const beginning = right < 0x80 ? right : part | firstByte(right);
  return Math.min(firstWhole(left, beginning), firstWhole(end, right), firstWhole(end, beginning));
}

function firstByte(unit: number): number {
  if (unit < 0x800) return 0xc0 | (unit >> 6);
  return (unit & 0xf800) === 0xd800 ? longest : 0xe0 | (unit >> 12);
}
