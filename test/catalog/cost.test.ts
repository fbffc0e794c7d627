import { calcPrice } from '@pydantic/genai-prices';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { costOf, type Dearness, worstCost } from '../../src/catalog/cost.ts';
import { findListedModel } from '../../src/catalog/listed-model.ts';
import type { Price, Rate } from '../../src/catalog/price.ts';
import type { Usage } from '../../src/protocol/usage.ts';
import { runs } from '../support/runs.ts';

const flat = (base: number): Rate => ({ base, tiers: [] });
const text = (inputTokens: number, outputTokens: number, more: Partial<Usage> = {}): Usage => ({
  inputTokens,
  outputTokens,
  cachedInputTokens: 0,
  cacheWriteTokens: 0,
  reasoningTokens: 0,
  ...more,
});

const dollar = 1_000_000_000;
const small: Price = { input: flat(0.4 * dollar), output: flat(1.6 * dollar) };

/** Each kind of token at a price that no sum of others makes. */
const manyKinds: Price = {
  input: flat(1_000_000),
  cachedInput: flat(10_000_000),
  cacheWrite: flat(100_000_000),
  cacheWriteHour: flat(1_000_000_000),
  audioInput: flat(10_000_000_000),
  cachedAudioInput: flat(100_000_000_000),
  imageInput: flat(1_000_000_000_000),
  output: flat(2_000_000),
  reasoningOutput: flat(20_000_000),
  audioOutput: flat(200_000_000),
  imageOutput: flat(2_000_000_000),
};

describe('a cost', () => {
  it('is the sum of both prices for what was used', () => {
    expect(costOf(text(1_000_000, 500_000), small)).toBe(1.2 * dollar);
    expect(costOf(text(0, 0), small)).toBe(0);
  });

  it('is rounded once, half up', () => {
    expect(costOf(text(1, 0), { input: flat(499_999), output: flat(0) })).toBe(0);
    expect(costOf(text(1, 0), { input: flat(500_000), output: flat(0) })).toBe(1);
    expect(costOf(text(1, 1), { input: flat(250_000), output: flat(250_000) })).toBe(1);
  });

  it('is exact where products are beyond exact numbers', () => {
    const price = { input: flat(1_999_999_999), output: flat(500_001) };
    expect(costOf(text(2 ** 31 - 1, 1), price)).toBe(4_294_967_291_853);
  });

  it('counts each token once, at the price of the narrowest kind that it is of', () => {
    const usage = text(21, 10, {
      cachedInputTokens: 3,
      cacheWriteTokens: 5,
      cacheWriteHourTokens: 4,
      audioInputTokens: 5,
      cachedAudioTokens: 2,
      imageInputTokens: 6,
      reasoningTokens: 1,
      audioOutputTokens: 2,
      imageOutputTokens: 3,
    });
    // Input: 2 of cached sound, 1 cached, 4 written for an hour, 1 written, 3 of sound, 6 of images, and 4 others.
    const input = 200_000 + 10 + 4000 + 100 + 30_000 + 6_000_000 + 4;
    expect(costOf(usage, manyKinds)).toBe(input + 20 + 400 + 6000 + 2 * 4);
  });

  it('of a kind that has no price is that of what it is part of', () => {
    const usage = text(10, 10, {
      cachedInputTokens: 2,
      cacheWriteTokens: 2,
      cacheWriteHourTokens: 1,
      audioInputTokens: 2,
      imageInputTokens: 2,
      reasoningTokens: 3,
      audioOutputTokens: 3,
      imageOutputTokens: 3,
    });
    expect(costOf(usage, { input: flat(1_000_000), output: flat(2_000_000) })).toBe(30);
    expect(costOf(usage, { input: flat(1_000_000), cacheWrite: flat(5_000_000), output: flat(0) })).toBe(8 + 10);
  });

  it('never counts parts beyond their whole', () => {
    const usage = text(10, 0, { cachedInputTokens: 8, audioInputTokens: 8 });
    const price = { input: flat(1_000_000), cachedInput: flat(0), audioInput: flat(9_000_000), output: flat(0) };
    expect(costOf(usage, price)).toBe(2 * 9);
  });

  it('has the price of the tier that the whole request reaches, input and output', () => {
    const price: Price = {
      input: {
        base: 1_000_000,
        tiers: [
          { above: 100, price: 2_000_000 },
          { above: 200, price: 3_000_000 },
        ],
      },
      output: { base: 10_000_000, tiers: [{ above: 100, price: 20_000_000 }] },
    };
    expect([100, 101, 200, 201].map((input) => costOf(text(input, 1), price))).toEqual([110, 222, 420, 623]);
  });

  it('has what each call costs beside its tokens', () => {
    expect(costOf(text(0, 0), { ...small, perRequest: 5_000_000 })).toBe(5_000_000);
  });

  it('is what the list of prices itself comes to, caches and tiers included', () => {
    const timestamp = new Date('2026-09-23T12:00:00Z');
    const models = [
      ['anthropic', 'claude-sonnet-4-5'],
      ['openai', 'gpt-4.1-mini'],
      ['google', 'gemini-2.5-pro'],
    ] as const;
    for (const [providerId, upstream] of models) {
      for (const input of [5_000, 250_000]) {
        const price = findListedModel(providerId, upstream)?.price;
        const usage = text(input, 700, { cachedInputTokens: 3000, cacheWriteTokens: price?.cacheWrite ? 1000 : 0 });
        const told = {
          input_tokens: input,
          cache_read_tokens: 3000,
          output_tokens: 700,
          ...(price?.cacheWrite && { cache_write_tokens: 1000 }),
        };
        const listed = calcPrice(told, upstream, { providerId, timestamp })?.total_price;
        expect(price && costOf(usage, price) / dollar, `${upstream} ${input}`).toBeCloseTo(listed ?? -1, 8);
      }
    }
  });
});

const count = fc.integer({ min: 0, max: 3_000_000 });
const money = fc.integer({ min: 0, max: 200 * dollar });
const rate: fc.Arbitrary<Rate> = fc
  .record({
    base: money,
    tiers: fc.uniqueArray(fc.record({ above: count, price: money }), { maxLength: 2, selector: ({ above }) => above }),
  })
  .map(({ base, tiers }) => ({ base, tiers: tiers.toSorted((a, b) => a.above - b.above) }));
const price: fc.Arbitrary<Price> = fc.record(
  {
    input: rate,
    cachedInput: rate,
    cacheWrite: rate,
    cacheWriteHour: rate,
    audioInput: rate,
    cachedAudioInput: rate,
    imageInput: rate,
    output: rate,
    reasoningOutput: rate,
    audioOutput: rate,
    imageOutput: rate,
    perRequest: money,
  },
  { requiredKeys: ['input', 'output'] },
);
const flatPrice = price.map((of) => {
  const parts = Object.entries(of).filter(([part]) => part !== 'perRequest');
  return Object.fromEntries(parts.map(([part, { base }]) => [part, flat(base)])) as unknown as Price;
});
const usage: fc.Arbitrary<Usage> = fc.record(
  {
    inputTokens: count,
    cachedInputTokens: count,
    cacheWriteTokens: count,
    cacheWriteHourTokens: count,
    audioInputTokens: count,
    cachedAudioTokens: count,
    imageInputTokens: count,
    outputTokens: count,
    reasoningTokens: count,
    audioOutputTokens: count,
    imageOutputTokens: count,
  },
  { requiredKeys: ['inputTokens', 'cachedInputTokens', 'cacheWriteTokens', 'outputTokens', 'reasoningTokens'] },
);
const often = { numRuns: runs(300) };

describe('by law, a cost', () => {
  it('is a whole number that is not negative', () => {
    fc.assert(
      fc.property(usage, price, (used, of) => {
        const cost = costOf(used, of);
        expect(Number.isSafeInteger(cost) && cost >= 0).toBe(true);
      }),
      often,
    );
  });

  it('grows with what is written, and where no tier is cheaper than what comes before it with what is read', () => {
    fc.assert(
      fc.property(usage, price, flatPrice, count, (used, of, flatOf, more) => {
        const written = { ...used, outputTokens: used.outputTokens + more };
        expect(costOf({ ...written, reasoningTokens: 0 }, of)).toBeGreaterThanOrEqual(
          costOf(
            { ...used, reasoningTokens: 0, audioOutputTokens: 0, imageOutputTokens: 0 },
            { ...of, output: flat(0) },
          ),
        );
        const plain = text(used.inputTokens, used.outputTokens);
        const longer = { ...plain, inputTokens: plain.inputTokens + more, outputTokens: plain.outputTokens + more };
        expect(costOf(longer, flatOf)).toBeGreaterThanOrEqual(costOf(plain, flatOf));
      }),
      often,
    );
  });

  it('of two calls together is the sum of both, up to one rounding', () => {
    fc.assert(
      fc.property(count, count, count, count, flatPrice, (input, output, moreInput, moreOutput, of) => {
        const [one, other] = [costOf(text(input, output), of), costOf(text(moreInput, moreOutput), of)];
        const both = costOf(text(input + moreInput, output + moreOutput), of);
        expect(Math.abs(one + other - both)).toBeLessThanOrEqual(1);
      }),
      often,
    );
  });

  it('is never more than the most that the call can cost', () => {
    fc.assert(
      fc.property(usage, price, count, count, (used, of, moreInput, moreOutput) => {
        const worst = worstCost(used.inputTokens + moreInput, used.outputTokens + moreOutput, of);
        expect(costOf(used, of)).toBeLessThanOrEqual(worst);
      }),
      often,
    );
  });
});

describe('the most that a call can cost', () => {
  const may = (...kinds: Dearness[]) => worstCost(1000, 1000, manyKinds, kinds);

  it('reckons with caches, sound and images only where the call may use them', () => {
    expect(may()).toBe(10_000 + 20_000);
    expect(may('cache-write')).toBe(1_000_000 + 20_000);
    expect(may('audio')).toBe(100_000_000 + 200_000);
    expect(may('image')).toBe(1_000_000_000 + 2_000_000);
    expect(worstCost(1000, 1000, manyKinds)).toBe(may('image', 'audio', 'cache-write'));
  });

  it('is what text costs for a model that has no other prices', () => {
    expect(worstCost(1_000_000, 500_000, small)).toBe(1.2 * dollar);
  });
});
