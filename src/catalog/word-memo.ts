import { units } from './read-units.ts';

/**
 * Counts of words that came before, of those that share a slot the last one's. What is counted never depends on what is kept here, only how
 * soon it is known.
 */
const slotBits = 14;
/** A slot is as long as what processors fetch at once: the length and the count of a word, and then its units. */
const slotLength = 32;
const slots = new Uint16Array(slotLength << slotBits);
const mostUnits = slotLength - 1;
const countShift = 8;

/** The count that is kept for what was read from `start` to `end`; nought where there is none. */
export function recallCount(start: number, end: number): number {
  const length = end - start;
  if (length > mostUnits) return 0;
  const slot = slotOf(start, end);
  const head = slots[slot] ?? 0;
  if ((head & 0xff) !== length) return 0;
  for (let at = 0; at < length; at++) if (slots[slot + 1 + at] !== units[start + at]) return 0;
  return head >> countShift;
}

/** Keeps a count, and gives it back. */
export function keepCount(start: number, end: number, count: number): number {
  const length = end - start;
  if (length > mostUnits) return count;
  const slot = slotOf(start, end);
  slots[slot] = (count << countShift) | length;
  for (let at = 0; at < length; at++) slots[slot + 1 + at] = units[start + at] ?? 0;
  return count;
}

function slotOf(start: number, end: number): number {
  let hash = 0;
  for (let at = start; at < end; at++) hash = Math.imul(hash ^ (units[at] ?? 0), 0x9e3779b1);
  return (hash >>> (32 - slotBits)) * slotLength;
}
