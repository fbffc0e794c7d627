import fc from 'fast-check';
import { BytePairEncodingCore } from 'gpt-tokenizer/BytePairEncodingCore';
import ranks from 'gpt-tokenizer/bpeRanks/o200k_base';
import { countTokens as countOlder } from 'gpt-tokenizer/encoding/cl100k_base';
import { countTokens } from 'gpt-tokenizer/encoding/o200k_base';
import { O200K_TOKEN_SPLIT_REGEX } from 'gpt-tokenizer/encodingParams/constants';
import { describe, expect, it, vi } from 'vitest';
import { estimateTokens } from '../../src/catalog/token-estimate.ts';
import { spellTokens } from '../../src/catalog/vocabulary.ts';
import { runs } from '../support/runs.ts';
import { repetitions, samples } from './token-samples.ts';

const asText = { allowedSpecial: new Set<string>(), disallowedSpecial: new Set<string>() };
const exact = (text: string) => countTokens(text, asText);
const estimate = (text: string) => estimateTokens([text]);

interface Row {
  readonly of: string;
  readonly lowest: number;
  readonly mean: number;
  readonly older: number;
}

const tableOf = (groups: Readonly<Record<string, readonly string[]>>): readonly Row[] =>
  Object.entries(groups).map(([of, texts]) => {
    const ratios = texts.map((text) => estimate(text) / exact(text));
    const older = texts.map((text) => estimate(text) / countOlder(text, asText));
    return { of, lowest: Math.min(...ratios), mean: mean(ratios), older: mean(older) };
  });

function mean(ratios: readonly number[]): number {
  return ratios.reduce((sum, ratio) => sum + ratio, 0) / ratios.length;
}

const table = tableOf(samples);
const repeated = tableOf(repetitions);

describe('the estimate of tokens', () => {
  it('prints how it compares with the exact counts', () => {
    const percent = (ratio: number) => `${((ratio - 1) * 100).toFixed(1)} %`.padStart(9);
    const lines = [...table, ...repeated].map(
      ({ of, lowest, mean, older }) => `${of.padEnd(26)}${percent(lowest)}${percent(mean)}${percent(older)}`,
    );
    process.stdout.write(`${'above the exact count'.padEnd(26)}   lowest     mean  (cl100k)\n${lines.join('\n')}\n`);
    expect(lines).toHaveLength(Object.keys({ ...samples, ...repetitions }).length);
  });

  it.each(table)('is never below the exact count, and at most 25 % above on average: $of', ({ lowest, mean }) => {
    expect(lowest).toBeGreaterThanOrEqual(1);
    expect(mean).toBeLessThanOrEqual(1.25);
  });

  it.each(repeated)('is never below the exact count, and at most twice as high on average: $of', ({ lowest, mean }) => {
    expect(lowest).toBeGreaterThanOrEqual(1);
    expect(mean).toBeLessThanOrEqual(2);
  });

  it('of nothing is nothing, and of texts is the sum of each', () => {
    expect(estimateTokens([])).toBe(0);
    expect(estimateTokens([''])).toBe(0);
    expect(estimateTokens(['Hello', ' world'])).toBe(estimate('Hello') + estimate(' world'));
  });

  it('does not depend on what was counted before', async () => {
    const texts = Object.values(samples).flat();
    const counts = texts.map(estimate);
    vi.resetModules();
    const fresh = await import('../../src/catalog/token-estimate.ts');
    expect(fresh.estimateTokens).not.toBe(estimateTokens);
    const backwards = texts.toReversed().map((text) => fresh.estimateTokens([text]));
    expect(backwards.toReversed()).toEqual(counts);
  });
});

const spelt: Uint8Array[] = [];
spellTokens((id, bytes, start, end) => {
  spelt[id] = bytes.slice(start, end);
});

/** The same beginning of the vocabulary, in hands that are not ours. */
const beginning = new BytePairEncodingCore({
  bytePairRankDecoder: ranks.slice(0, spelt.length),
  tokenSplitRegex: O200K_TOKEN_SPLIT_REGEX,
});
const countBeginning = (text: string) => beginning.countNative(text);

const range = (first: number, last: number) =>
  fc.integer({ min: first, max: last }).map((point) => String.fromCodePoint(point));
const small = 'abcdefghijklmnopqrstuvwxyz';

const alphabets: Readonly<Record<string, fc.Arbitrary<string>>> = {
  'lower-case letters': range(0x61, 0x7a),
  'letters and blanks': fc.constantFrom(...small, ' ', ' ', ' '),
  'upper-case letters': range(0x41, 0x5a),
  ASCII: range(0x20, 0x7e),
  'hexadecimal digits': fc.constantFrom(...'0123456789abcdef'),
  base64: fc.constantFrom(...small, ...small.toUpperCase(), ...'0123456789+/'),
  digits: range(0x30, 0x39),
  signs: fc.constantFrom(...'!"#$%&()*+,-./:;<=>?@[]^_`{|}~ '),
  blanks: fc.constantFrom(' ', '\n', '\t', '\r\n', '\u00a0'),
  'Latin with marks': range(0xc0, 0x17f),
  Greek: range(0x391, 0x3c9),
  Cyrillic: range(0x400, 0x45f),
  Hebrew: range(0x5d0, 0x5ea),
  Arabic: range(0x621, 0x64a),
  Devanagari: range(0x905, 0x94d),
  Thai: range(0xe01, 0xe3a),
  kana: range(0x3041, 0x30ff),
  Han: range(0x4e00, 0x9fff),
  Hangul: range(0xac00, 0xd7a3),
  emoji: range(0x1f300, 0x1faff),
  Unicode: fc.string({ unit: 'binary', minLength: 1, maxLength: 1 }),
  'halves of characters': fc.constantFrom('\ud83d', '\ude00', 'a', 'é'),
};

const stringOf = (unit: fc.Arbitrary<string>, minLength: number, maxLength: number) =>
  fc.array(unit, { minLength, maxLength }).map((units) => units.join(''));
const anyString = (minLength: number, maxLength: number) =>
  fc.oneof(...Object.values(alphabets).map((unit) => stringOf(unit, minLength, maxLength)));
const repeatedOf = (piece: fc.Arbitrary<string>, most: number) =>
  fc.tuple(piece, fc.integer({ min: 2, max: most })).map(([text, times]) => text.repeat(times));
const excerpt = fc
  .tuple(fc.constantFrom(...Object.values(samples).flat()), fc.nat(3000), fc.nat(400))
  .map(([text, start, length]) => text.slice(start, start + length));

/** What people and programs send: prose, code, chance and repetition, one after the other. */
const mixture = fc
  .array(fc.oneof(excerpt, anyString(1, 120), repeatedOf(anyString(1, 8), 80), fc.uuid()), {
    minLength: 1,
    maxLength: 8,
  })
  .map((parts) => parts.join(''));

describe('the vocabulary that estimates count with', () => {
  it('is the beginning of the whole one', () => {
    const whole = ranks.slice(0, spelt.length).map((token) => Buffer.from(token));
    expect(spelt.every((bytes, id) => whole[id]?.equals(bytes))).toBe(true);
  });

  it('merges words as others do who know as much of it', () => {
    const run = fc.tuple(anyString(1, 1), fc.integer({ min: 2, max: 1000 })).map(([unit, times]) => unit.repeat(times));
    fc.assert(
      fc.property(fc.oneof({ arbitrary: mixture, weight: 3 }, run), (text) => {
        expect(estimate(text)).toBe(countBeginning(text));
      }),
      { numRuns: runs(300) },
    );
  });

  it.each([...'aA=- \n._'])('merges runs of each length: %j', (unit) => {
    for (let length = 1; length < 300; length++) {
      const run = unit.repeat(length);
      expect([length, estimate(run)]).toEqual([length, countBeginning(run)]);
    }
  });

  it('takes what is beyond a million characters to be like the densest before', () => {
    const [easy, dense] = ['Yes! '.repeat(250_000), 'x1y2 '.repeat(40_000)];
    const all = estimateTokens([easy, easy]);
    expect(all).toBeGreaterThanOrEqual(1_000_000);
    expect(all).toBeLessThan(1_001_000);
    expect(estimateTokens([dense, easy, easy])).toBeGreaterThan(1_500_000);
  });

  it('counts long texts as it counts short ones', () => {
    const long = Object.values(samples['Latin'] ?? []).join('\n');
    expect(estimate(long)).toBe(countBeginning(long));
    expect(estimate(`${'x'.repeat(4094)} don't`)).toBeGreaterThanOrEqual(exact(`${'x'.repeat(4094)} don't`));
  });
});

describe('nobody gets a text counted short', () => {
  it.each([
    ['short texts and the ends of ranges', mixture],
    ['every text alike', fc.noBias(mixture)],
  ])('by mixing what there is: %s', (_, texts) => {
    fc.assert(
      fc.property(texts, (text) => {
        expect(estimate(text)).toBeGreaterThanOrEqual(exact(text));
      }),
      { numRuns: runs(150) },
    );
  });

  it.each(Object.entries(alphabets))('by repeating something or by chance: %s', (_, unit) => {
    fc.assert(
      fc.property(fc.oneof(repeatedOf(stringOf(unit, 1, 8), 200), fc.noBias(stringOf(unit, 200, 400))), (text) => {
        expect(estimate(text)).toBeGreaterThanOrEqual(exact(text));
      }),
      { numRuns: runs(60) },
    );
  });

  it('by adding to it', () => {
    fc.assert(
      fc.property(mixture, mixture, (text, more) => {
        expect(estimateTokens([text, more])).toBeGreaterThanOrEqual(estimate(text));
      }),
      { numRuns: runs(50) },
    );
  });
});
