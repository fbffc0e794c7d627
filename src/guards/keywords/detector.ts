import type { GuardFields } from '../../config/guard-config.ts';
import type { Detector, Finding } from '../guard.ts';
import { createWordAutomaton } from './word-automaton.ts';

const letter = /[\p{L}\p{N}_]/u;

/** One unit for one unit, so that places stay places: what folds to several is left as it is. */
function fold(text: string): string {
  const lower = text.toLowerCase();
  if (lower.length === text.length) return lower;
  return [...text]
    .map((character) => (character.toLowerCase().length === character.length ? character.toLowerCase() : character))
    .join('');
}

/** Whether the match stands on its own. An edge of the word that is no letter needs nothing. */
function isWhole(text: string, start: number, end: number): boolean {
  const apart = (inner: string, outer: string) => !letter.test(inner) || !letter.test(outer);
  const before = String.fromCodePoint(...[text.codePointAt(Math.max(0, start - 1)) ?? 32]);
  return (
    (start === 0 || apart(text[start] ?? '', before)) &&
    (end === text.length || apart(text[end - 1] ?? '', text[end] ?? ''))
  );
}

/** Words of the config's own, however many, in one pass over the text. The rule of a word is its number in the list. */
export function createKeywordsDetector({
  words,
  match_case = false,
  whole_words = true,
}: GuardFields<'keywords'>): Detector {
  const folded = match_case ? words : words.map(fold);
  const automaton = createWordAutomaton(folded);
  const longest = Math.max(...folded.map(({ length }) => length));
  return {
    reach: { kind: 'window', units: longest + 2 },
    pure: true,
    inspect(text) {
      const findings: Finding[] = [];
      automaton(match_case ? text : fold(text), (word, end) => {
        const start = end - (folded[word]?.length ?? 0);
        if (whole_words && !isWhole(text, start, end)) return;
        findings.push({ start, end, rule: `word-${word + 1}`, kind: 'keyword' });
      });
      return findings;
    },
  };
}
