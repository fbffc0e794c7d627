import { mergeOf, noToken } from './vocabulary.ts';

/** More symbols than any piece of a word has. */
const room = 1024;
/** Tokens that stand beside each other, and what each and the next are merged to. */
export const symbols = new Int32Array(room);
const merged = new Int32Array(room);

/** To how many tokens the first symbols are merged. */
export function mergeSymbols(length: number): number {
  for (let at = 1; at < length; at++) merged[at - 1] = mergeOf(symbols[at - 1] ?? 0, symbols[at] ?? 0);
  let count = length;
  while (true) {
    let first = noToken;
    let place = 0;
    for (let at = 0; at < count - 1; at++) {
      const token = merged[at] ?? noToken;
      if (token < first) {
        first = token;
        place = at;
      }
    }
    if (first === noToken) return count;
    count = mergeAll(first, place, count);
  }
}

/**
 * Merges all pairs from a place on that are one token, from the left: how many symbols are left. What they are merged with from then on
 * comes later in the vocabulary.
 */
function mergeAll(token: number, place: number, count: number): number {
  let to = place;
  for (let at = place; at < count; at++, to++) {
    if (at + 1 < count && merged[at] === token) {
      at++;
      symbols[to] = token;
      if (to > 0) merged[to - 1] = mergeOf(symbols[to - 1] ?? 0, token);
      if (at + 1 < count) merged[to] = mergeOf(token, symbols[at + 1] ?? 0);
    } else {
      symbols[to] = symbols[at] ?? 0;
      merged[to] = merged[at] ?? 0;
    }
  }
  return to;
}
