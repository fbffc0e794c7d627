import { distance } from 'fastest-levenshtein';

/** The candidate that was probably meant: the nearest within two edits, or a third of the word's length. */
export function suggest(word: string, candidates: Iterable<string>): string | undefined {
  let nearest: string | undefined;
  let best = Math.max(2, Math.floor(word.length / 3)) + 1;
  for (const candidate of candidates) {
    const edits = distance(word.toLowerCase(), candidate.toLowerCase());
    if (edits < best && edits < candidate.length) {
      nearest = candidate;
      best = edits;
    }
  }
  return nearest;
}
