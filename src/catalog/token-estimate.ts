import { countWord } from './count-word.ts';
import { readUnits } from './read-units.ts';
import { keepText, recallText } from './text-memo.ts';
import { wordEnd } from './word-end.ts';

/** So far words look beyond their end. */
const lookahead = 3;
/** Counting takes time, and nobody else is served meanwhile. */
const mostCounted = 1_000_000;
const stretch = 100_000;

/**
 * How many tokens texts have together at most, read one after the other: what the beginning of OpenAI's `o200k_base` counts, which is what
 * all of it counts or up to a quarter more. The same everywhere, whatever was counted before.
 *
 * It is never less, whatever the text: see the vocabulary. Two things are not proved, as they are cut: words of more than 4,096 UTF-16
 * units, and what is beyond the first million of all texts, which is taken to be like the densest hundred thousand before. Other
 * vocabularies count otherwise: older ones (`cl100k_base`) up to three times as much beyond Latin letters.
 */
export function estimateTokens(texts: readonly string[]): number {
  const sum: Sum = { tokens: 0, units: 0, densest: 0, begunTokens: 0, begunUnits: 0 };
  let beyond = 0;
  for (const text of texts) beyond += text.length - countText(text, sum);
  return sum.tokens + Math.ceil(beyond * sum.densest);
}

interface Sum {
  tokens: number;
  /** UTF-16 units that were counted. */
  units: number;
  /** Tokens for a unit in the densest stretch. */
  densest: number;
  /** How much there was when the present stretch began. */
  begunTokens: number;
  begunUnits: number;
}

/** Counts a text as far as texts are counted: how many units that are. */
function countText(text: string, sum: Sum): number {
  if (sum.units >= mostCounted) return 0;
  const known = recallText(text);
  if (known !== undefined) {
    add(sum, known, text.length);
    return text.length;
  }
  const before = sum.tokens;
  let at = 0;
  while (at < text.length && sum.units < mostCounted) at += countWords(text, at, sum);
  if (at === text.length) keepText(text, sum.tokens - before);
  return at;
}

/** Counts as many words from a place on as can be read at once: how many units they have. */
function countWords(text: string, from: number, sum: Sum): number {
  const size = readUnits(text, from);
  const sure = from + size === text.length ? size : size - lookahead;
  let tokens = 0;
  let at = 0;
  while (at < size) {
    const end = wordEnd(at);
    // It may go on in what is not read yet; one that is longer than what can be read is counted in parts.
    if (end > sure && at > 0) break;
    tokens += countWord(at, end);
    at = end;
  }
  add(sum, tokens, at);
  return at;
}

function add(sum: Sum, tokens: number, units: number): void {
  sum.tokens += tokens;
  sum.units += units;
  const length = sum.units - sum.begunUnits;
  if (length < stretch) return;
  sum.densest = Math.max(sum.densest, (sum.tokens - sum.begunTokens) / length);
  sum.begunTokens = sum.tokens;
  sum.begunUnits = sum.units;
}
