import fc from 'fast-check';
import { O200K_TOKEN_SPLIT_REGEX as pattern } from 'gpt-tokenizer/encodingParams/constants';
import { describe, expect, it } from 'vitest';
import { readUnits } from '../../src/catalog/read-units.ts';
import { wordEnd } from '../../src/catalog/word-end.ts';
import { runs } from '../support/runs.ts';

function wordsOf(text: string): readonly string[] {
  const size = readUnits(text, 0);
  const words: string[] = [];
  for (let at = 0; at < size; ) {
    const end = wordEnd(at);
    words.push(text.slice(at, end));
    at = end;
  }
  return words;
}

/** What the pattern makes a difference between: each class of characters, and what it names. */
const telling = fc.constantFrom(
  ...["a'", 'ß', 'B', 'É', 'ǅ', 'ʰ', '中', 'あ', '\u0301', '\u093e', '0', '٣', '²', 'Ⅷ', ' ', '\t', '\u00a0', '\u3000'],
  ...[
    '\n',
    '\r',
    '\u2028',
    '\ufeff',
    '/',
    '.',
    '-',
    '_',
    "'s",
    "'RE",
    "'ll",
    "'Ve",
    "'",
    '😀',
    '𝐀',
    '𐐨',
    '𐐀',
    '𝟙',
    '𠀀',
  ],
  ...['\u{e0101}', '\ud800', '\udc00'],
);

describe('where words end', () => {
  it('is where the pattern of the vocabulary ends them', () => {
    const unit = fc.oneof({ arbitrary: telling, weight: 3 }, fc.string({ unit: 'binary', minLength: 1, maxLength: 1 }));
    fc.assert(
      fc.property(fc.array(unit, { maxLength: 40 }), (parts) => {
        const text = parts.join('');
        expect(wordsOf(text)).toEqual([...text.matchAll(pattern)].map(([word]) => word));
      }),
      { numRuns: runs(500) },
    );
  });

  it('does not depend on what was read before', () => {
    readUnits("word's/////'s", 0);
    expect(wordsOf('word')).toEqual(['word']);
    expect(wordsOf(' -')).toEqual([' -']);
  });
});
