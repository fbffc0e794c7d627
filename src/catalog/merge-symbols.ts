import { mergeOf, noMerge } from './vocabulary.ts';

export const mostMerged = 1024;
export const symbols = new Int32Array(mostMerged);
const merged = new Int32Array(mostMerged);

/** How many tokens the first symbols are merged to. */
export function countMerged(length: number): number {
  let count = length;
  let least = noMerge;
  for (let at = 0; at < count; at++) {
    const id = at + 1 < count ? mergeOf(symbols[at] ?? 0, symbols[at + 1] ?? 0) : noMerge;
    merged[at] = id;
    if (id < least) least = id;
  }
  while (least !== noMerge) {
    let next = noMerge;
    let to = 0;
    for (let at = 0; at < count; at++) {
      let id = symbols[at] ?? 0;
      let pair = merged[at] ?? noMerge;
      if (pair === least) {
        id = least;
        at++;
        pair = at + 1 < count ? mergeOf(id, symbols[at + 1] ?? 0) : noMerge;
        if (to > 0) merged[to - 1] = mergeOf(symbols[to - 1] ?? 0, id);
      }
      if (to > 0 && (merged[to - 1] ?? 0) < next) next = merged[to - 1] ?? 0;
      symbols[to] = id;
      merged[to] = pair;
      to++;
    }
    count = to;
    least = next;
  }
  return count;
}
