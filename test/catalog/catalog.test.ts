import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { findModel } from '../../src/catalog/find-model.ts';
import catalogue from '../../src/catalog/models.json' with { type: 'json' };
import { costOf } from '../../src/catalog/price.ts';
import { estimateTokens } from '../../src/catalog/token-estimate.ts';
import { builtinAttributes } from '../../src/semantics/builtins.ts';

describe('the public catalogue', () => {
  it('says where it comes from and of which day it is', () => {
    expect(catalogue.source).toMatch(/^https:\/\//);
    expect(catalogue.date).toMatch(/^\d{4}-\d{2}-\d{2}$/);
  });

  it('knows a model by its kind of provider and its exact name', () => {
    expect(findModel('openai', 'gpt-4.1-mini')).toEqual({
      currency: 'USD',
      priceIn: 400_000_000,
      priceOut: 1_600_000_000,
      contextWindow: 1_047_576,
      maxOutput: 32_768,
      abilities: ['vision', 'tools', 'json_schema'],
    });
    expect(findModel('openai', 'gpt-4.1-mini-2025')).toBeUndefined();
    expect(findModel('sandbox', 'gpt-4.1-mini')).toBeUndefined();
  });

  it('names each model once, and only abilities that there are', () => {
    const names = catalogue.models.map(({ kind, upstream }) => `${kind}/${upstream}`);
    expect(new Set(names).size).toBe(names.length);
    const attributes = builtinAttributes({ models: [], providers: [], regions: [] });
    for (const ability of catalogue.models.flatMap(({ abilities }) => abilities)) {
      expect(attributes.get(`model.${ability}`)?.type).toEqual({ kind: 'bool' });
    }
  });

  it('asks more for what a model writes than for what it reads', () => {
    for (const { kind, upstream } of catalogue.models) {
      const model = findModel(kind, upstream);
      expect(model?.priceOut).toBeGreaterThan(model?.priceIn ?? Number.NaN);
      expect(model?.contextWindow).toBeGreaterThan(model?.maxOutput ?? Number.NaN);
    }
  });
});

describe('a cost', () => {
  it('is the sum of both prices for what was used', () => {
    expect(costOf({ inputTokens: 1_000_000, outputTokens: 500_000 }, 400_000_000, 1_600_000_000)).toBe(1_200_000_000);
    expect(costOf({ inputTokens: 0, outputTokens: 0 }, 400_000_000, 1_600_000_000)).toBe(0);
  });

  it('is rounded once, half up', () => {
    expect(costOf({ inputTokens: 1, outputTokens: 0 }, 499_999, 0)).toBe(0);
    expect(costOf({ inputTokens: 1, outputTokens: 0 }, 500_000, 0)).toBe(1);
    expect(costOf({ inputTokens: 1, outputTokens: 1 }, 250_000, 250_000)).toBe(1);
    expect(costOf({ inputTokens: 3, outputTokens: 0 }, 500_000, 0)).toBe(2);
  });

  it('is exact where the product is beyond exact numbers', () => {
    expect(costOf({ inputTokens: 2 ** 31 - 1, outputTokens: 1 }, 1_999_999_999, 500_001)).toBe(4_294_967_291_853);
  });
});

describe('the estimate of tokens', () => {
  it.each([
    ['', 0],
    ['a', 1],
    ['four', 1],
    ['fives', 2],
    ['éé', 1],
    ['日本', 2],
    ['👍', 1],
  ])('is a fourth of the bytes, rounded up: %j', (text, tokens) => {
    expect(estimateTokens(text)).toBe(tokens);
  });

  it('counts the bytes that UTF-8 takes', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        expect(estimateTokens(text)).toBe(Math.ceil(new TextEncoder().encode(text).length / 4));
      }),
    );
  });
});
