import { readUnits } from './read-units.ts';
import { countWord } from './count-word.ts';
import { wordEnd } from './word-end.ts';

/** So far a word looks beyond its end. */
const lookahead = 3;

export function estimateTokens(texts: readonly string[]): number {
  let tokens = 0;
  for (const text of texts) tokens += countText(text);
  return tokens;
}

function countText(text: string): number {
  let tokens = 0;
  let from = 0;
  while (from < text.length) {
    const size = readUnits(text, from);
    const last = from + size === text.length ? size : size - lookahead;
    let at = 0;
    while (at < size) {
      const end = wordEnd(at);
      if (end > last && at > 0) break;
      tokens += countWord(at, end);
      at = end;
    }
    from += at;
  }
  return tokens;
}
