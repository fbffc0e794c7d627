import { units } from './read-units.ts';

/**
 * Counts of words that came before: the one word that came last for each slot. A count never depends on what is kept here, only how soon
 * it is known.
 */
const slotBits = 14;
const mostUnits = 32;
const words = new Uint16Array(mostUnits << slotBits);
const lengths = new Uint8Array(1 << slotBits);
const counts = new Uint8Array(1 << slotBits);

/** The count that is kept for the units from `start` to `end`; nought where there is none. */
export function recallCount(start: number, end: number): number {
  const length = end - start;
  if (length > mostUnits) return 0;
  const slot = slotOf(start, end);
  if (lengths[slot] !== length) return 0;
  const place = slot * mostUnits;
  for (let at = 0; at < length; at++) if (words[place + at] !== units[start + at]) return 0;
  return counts[slot] ?? 0;
}

/** Keeps a count, and gives it back. */
export function keepCount(start: number, end: number, count: number): number {
  if (end - start > mostUnits) return count;
  const slot = slotOf(start, end);
  const place = slot * mostUnits;
  for (let at = start; at < end; at++) words[place + at - start] = units[at] ?? 0;
  lengths[slot] = end - start;
  counts[slot] = count;
  return count;
}

function slotOf(start: number, end: number): number {
  let hash = 0;
  for (let at = start; at < end; at++) hash = Math.imul(hash ^ (units[at] ?? 0), 0x9e3779b1);
  return hash >>> (32 - slotBits);
}
