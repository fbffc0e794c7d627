import { setImmediate as nextTurn } from 'node:timers/promises';
import { estimateTokens } from '../catalog/token-estimate.ts';

/** How many tokens texts have for OpenAI's present models, read one after the other. */
export type CountTexts = (texts: readonly string[]) => Promise<number>;

/** The vocabulary merges a run without blanks in time that grows with its square: runs are cut there, at a token a cut at most. */
const pieceLength = 256;
/** Other requests are served in between. */
const sliceMs = 5;
/** Of one request; beyond it texts are estimated. */
const mostCounted = 1_000_000;

/** Loads the vocabulary, some megabytes that nobody else needs. */
export async function loadExactCount(): Promise<CountTexts> {
  const { countTokens } = await import('gpt-tokenizer/encoding/o200k_base');
  // What looks like the vocabulary's own marks is text here.
  const asText = { allowedSpecial: new Set<string>(), disallowedSpecial: new Set<string>() };
  return async (texts) => {
    let [tokens, counted, sliceEnd] = [0, 0, performance.now() + sliceMs];
    const beyond: string[] = [];
    for (const text of texts) {
      let start = 0;
      while (start < text.length && counted + start < mostCounted) {
        const end = pieceEnd(text, start);
        tokens += countTokens(text.slice(start, end), asText);
        start = end;
        if (performance.now() < sliceEnd) continue;
        await nextTurn();
        sliceEnd = performance.now() + sliceMs;
      }
      counted += start;
      if (start < text.length) beyond.push(text.slice(start));
    }
    return tokens + estimateTokens(beyond);
  };
}

/** Words begin with the blank before them: a piece ends there, so that none is cut. */
function pieceEnd(text: string, start: number): number {
  const end = start + pieceLength;
  if (end >= text.length) return text.length;
  const blank = text.lastIndexOf(' ', end);
  if (blank > start) return blank;
  // Not between the halves of one character.
  return (text.charCodeAt(end) & 0xfc00) === 0xdc00 ? end - 1 : end;
}
