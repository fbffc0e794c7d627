import { noMerge, spellTokens } from './vocabulary.ts';

/**
 * Where words may be cut for counting: between two characters that no token has beside each other, nothing is ever merged. And where
 * characters may be taken as they are: one that is merged of its bytes before any of them is merged with what is beside it.
 */
const slotBits = 16;

/** The least id of the tokens that have two characters, or parts of characters, beside each other. Who shares a slot shares the least. */
const least = new Int32Array(1 << slotBits).fill(noMerge);

/** The ids of the characters that are tokens, by their unit. */
export const idsOfUnits = new Int32Array(0x10000);

/** Added to the byte of a part that stands for it. */
const part = 0x10000;

function slotOf(left: number, right: number): number {
  return (Math.imul(left, 0x9e3779b1) ^ Math.imul(right, 0x85ebca77)) >>> (32 - slotBits);
}

/** The least token that has both characters whole and beside each other. */
export function leastWhole(left: number, right: number): number {
  return least[slotOf(left, right)] ?? noMerge;
}

/** The least token that begins within the left character or ends within the right one. */
export function leastCut(left: number, right: number): number {
  const leftPart = left < 0x80 ? left : part | 0x80 | (left & 0x3f);
  const rightPart = right < 0x80 ? right : part | firstByte(right);
  const one = Math.min(least[slotOf(left, rightPart)] ?? noMerge, least[slotOf(leftPart, right)] ?? noMerge);
  return Math.min(one, least[slotOf(leftPart, rightPart)] ?? noMerge);
}

function firstByte(unit: number): number {
  if (unit < 0x800) return 0xc0 | (unit >> 6);
  return (unit & 0xf800) === 0xd800 ? 0xf0 : 0xe0 | (unit >> 12);
}

spellTokens((id, bytes, start, end) => {
  let left = 0;
  for (let at = start; at < end; ) {
    const first = bytes[at] ?? 0;
    let next = at + 1;
    while (next < end && ((bytes[next] ?? 0) & 0xc0) === 0x80) next++;
    const unit = wholeUnit(bytes, at, next - at);
    const right = unit ?? part | Math.min(first, 0xf0);
    if (at > start && (left >= 0x80 || right >= 0x80)) {
      const slot = slotOf(left, right);
      least[slot] = Math.min(least[slot] ?? 0, id);
    }
    if (unit !== undefined && at === start && next === end) idsOfUnits[unit] = id;
    left = unit ?? part | (bytes[next - 1] ?? 0);
    at = next;
  }
});

/** The unit that bytes are if they are the whole of a character that is one unit. */
function wholeUnit(bytes: Uint8Array, at: number, length: number): number | undefined {
  const [first, second, third] = [bytes[at] ?? 0, (bytes[at + 1] ?? 0) & 0x3f, (bytes[at + 2] ?? 0) & 0x3f];
  if (length === 1 && first < 0x80) return first;
  if (length === 2 && first >= 0xc0 && first < 0xe0) return ((first & 0x1f) << 6) | second;
  if (length === 3 && first >= 0xe0 && first < 0xf0) return ((first & 0x0f) << 12) | (second << 6) | third;
  return undefined;
}
