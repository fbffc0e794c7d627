import { aloneWeights, beginsToken, classes, pairWeights, partsOfToken } from './token-weights.ts';

/** Repetition is looked for in blocks of this length, up to half of it long. */
const blockLength = 32;
const longestPeriod = blockLength / 2;
const lastAscii = 0x7f;

/** Estimates lie above what the weights say: by a twentieth, and by what short texts differ from the average. */
const share = 1.05;
const spread = 0.8;

/**
 * About how many tokens texts have together, read one after the other: meant to lie above what OpenAI's `o200k_base` counts, by
 * 15 % on average. It reads each text once, needs no vocabulary and says the same everywhere.
 */
export function estimateTokens(texts: readonly string[]): number {
  let parts = 0;
  for (const text of texts) parts += weigh(text);
  const tokens = parts / partsOfToken;
  return Math.ceil(tokens * share + Math.sqrt(tokens) * spread);
}

/** By which pairs of units a text has, in parts of a token. */
function weigh(text: string): number {
  let sum = 0;
  let previous = 0;
  for (let start = 0; start < text.length; start += blockLength) {
    const end = Math.min(start + blockLength, text.length);
    let block = 0;
    let begun = 0;
    for (let at = start; at < end; at++) {
      const current = classes[text.charCodeAt(at)] ?? 0;
      const weight = pairWeights[(previous << 8) | current] ?? 0;
      block += weight & ~beginsToken;
      begun += weight & beginsToken;
      previous = current;
    }
    const least = Math.max(block, (begun / beginsToken) * partsOfToken);
    sum += isRepetition(text, start, end) ? Math.max(least, weighAlone(text, start, end)) : least;
  }
  return sum;
}

/** What is repeated is not average: a pair that is cheap in words may be a token of its own each time here. */
function isRepetition(text: string, start: number, end: number): boolean {
  const longest = Math.min(longestPeriod, (end - start) >> 1);
  for (let period = 1; period <= longest; period++) {
    let at = end - 1;
    while (at >= start + period && text.charCodeAt(at) === text.charCodeAt(at - period)) at--;
    // Lines and indents of one character have weights of their own.
    if (at < start + period) return period > 1 || text.charCodeAt(start) > lastAscii;
  }
  return false;
}

function weighAlone(text: string, start: number, end: number): number {
  let sum = 0;
  for (let at = start; at < end; at++) sum += aloneWeights[classes[text.charCodeAt(at)] ?? 0] ?? 0;
  return sum;
}
