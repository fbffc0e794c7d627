import { calcPrice } from '@pydantic/genai-prices';
import { describe, expect, it } from 'vitest';
import packageFile from '../../package.json' with { type: 'json' };
import { builtInCatalogue } from '../../src/catalog/built-in-catalogue.ts';
import { findListedModel } from '../../src/catalog/listed-model.ts';

const flat = (base: number) => ({ base, tiers: [] });

describe('the public price of a model', () => {
  it('is in whole nano-units for a million tokens, by kind of token', () => {
    expect(findListedModel('openai', 'gpt-4.1-mini')?.price).toEqual({
      input: flat(400_000_000),
      cachedInput: flat(100_000_000),
      output: flat(1_600_000_000),
    });
    expect(findListedModel('anthropic', 'claude-haiku-4-5')?.price).toEqual({
      input: flat(1_000_000_000),
      cachedInput: flat(100_000_000),
      cacheWrite: flat(1_250_000_000),
      cacheWriteHour: flat(2_000_000_000),
      output: flat(5_000_000_000),
    });
  });

  it('has the tiers that the vendor has', () => {
    expect(findListedModel('google', 'gemini-2.5-pro')?.price.input).toEqual({
      base: 1_250_000_000,
      tiers: [{ above: 200_000, price: 2_500_000_000 }],
    });
  });

  it('of one that only reads is nothing for what it writes', () => {
    expect(findListedModel('openai', 'text-embedding-3-small')?.price).toEqual({
      input: flat(20_000_000),
      output: flat(0),
    });
  });

  it('goes with a window, where the list has one', () => {
    expect(findListedModel('openai', 'gpt-4.1-mini')?.contextWindow).toBe(1_000_000);
    expect(findListedModel('openai', 'gpt-4o-mini-tts')).not.toHaveProperty('contextWindow');
  });

  it('is not known for other kinds of providers, and for other models', () => {
    expect(findListedModel('ollama', 'gpt-4.1-mini')?.price).toBeUndefined();
    expect(findListedModel('openai-compatible', 'gpt-4.1-mini')?.price).toBeUndefined();
    expect(findListedModel('openai', 'unheard-of')?.price).toBeUndefined();
  });

  it('is read from the version of the list of which it says the day', () => {
    expect(packageFile.dependencies['@pydantic/genai-prices']).toBe('0.1.8');
  });

  it('comes to what the list itself asks, for every model of the catalogue', () => {
    const timestamp = new Date('2026-09-23T12:00:00Z');
    const usage = { input_tokens: 100_000, output_tokens: 1_000 };
    let compared = 0;
    for (const [key] of builtInCatalogue) {
      const [kind = '', ...rest] = key.split('/');
      const upstream = rest.join('/');
      const price = findListedModel(kind, upstream)?.price;
      const lists: Record<string, string> = { 'amazon-bedrock': 'aws', 'google-vertex': 'google', xai: 'x-ai' };
      const listed = price && calcPrice(usage, upstream, { providerId: lists[kind] ?? kind, timestamp });
      if (!price || !listed) continue;
      const rate = ({ base, tiers }: typeof price.input) =>
        tiers.findLast(({ above }) => above < 100_000)?.price ?? base;
      const nanos = (rate(price.input) * 100_000 + rate(price.output) * 1_000) / 1_000_000 + (price.perRequest ?? 0);
      expect(nanos / 1e9, key).toBeCloseTo(listed.total_price, 9);
      compared++;
    }
    expect(compared).toBeGreaterThan(200);
  });
});
