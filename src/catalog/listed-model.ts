import { calcPrice, type ModelPrice } from '@pydantic/genai-prices';
import type { Price, Rate } from './price.ts';

/** The currency of public prices. */
export const publicCurrency = 'USD';

/** Our kinds of providers by the names that the price list has for them; the other kinds have no public prices. */
const priceLists: Readonly<Record<string, string>> = {
  openai: 'openai',
  azure: 'azure',
  anthropic: 'anthropic',
  google: 'google',
  'google-vertex': 'google',
  'amazon-bedrock': 'aws',
  mistral: 'mistral',
  groq: 'groq',
  deepseek: 'deepseek',
  xai: 'x-ai',
  together: 'together',
  fireworks: 'fireworks',
  openrouter: 'openrouter',
  perplexity: 'perplexity',
  cerebras: 'cerebras',
  cohere: 'cohere',
};

/** The day on which version 0.1.8 of the list came out, at noon, when nobody has night rates: no clock is read. */
// biome-ignore lint/style/noRestrictedGlobals: an instant that is written down is no clock
const listedAt = new Date('2026-09-23T12:00:00Z');

/** The parts of a price by the names that the list has for them, for a million tokens each. */
const parts: readonly (readonly [part: keyof Omit<Price, 'perRequest'>, listed: string])[] = [
  ['input', 'input_mtok'],
  ['cachedInput', 'cache_read_mtok'],
  ['cacheWrite', 'cache_write_mtok'],
  ['cacheWriteHour', 'cache_write_1h_mtok'],
  ['audioInput', 'input_audio_mtok'],
  ['cachedAudioInput', 'cache_audio_read_mtok'],
  ['imageInput', 'input_image_mtok'],
  ['output', 'output_mtok'],
  ['reasoningOutput', 'output_reasoning_mtok'],
  ['audioOutput', 'output_audio_mtok'],
  ['imageOutput', 'output_image_mtok'],
];

const nano = 1_000_000_000;

/** Decimal fractions are not exact as numbers: the nearest whole nano-unit is the one that was meant. */
function rateOf(listed: ModelPrice[string]): Rate | undefined {
  if (listed === undefined) return undefined;
  if (typeof listed === 'number') return { base: Math.round(listed * nano), tiers: [] };
  const tiers = listed.tiers.map(({ start, price }) => ({ above: start, price: Math.round(price * nano) }));
  return { base: Math.round(listed.base * nano), tiers };
}

/** What the price list says of a model. */
export interface ListedModel {
  readonly price: Price;
  /** Where it says so: rounded, for models that the catalogue does not know yet. */
  readonly contextWindow?: number;
}

/**
 * A model of the list of the package `@pydantic/genai-prices`; undefined where it knows none of that name. A model that only reads writes
 * for nothing.
 */
export function findListedModel(providerKind: string, upstream: string): ListedModel | undefined {
  const providerId = priceLists[providerKind];
  if (providerId === undefined) return undefined;
  const found = calcPrice({}, upstream, { providerId, timestamp: listedAt });
  const price = found && priceOf(found.model_price);
  if (!price) return undefined;
  const { context_window: contextWindow } = found.model;
  return { price, ...(contextWindow === undefined ? {} : { contextWindow }) };
}

function priceOf(listed: ModelPrice): Price | undefined {
  const input = rateOf(listed['input_mtok']);
  if (!input) return undefined;
  const rates = parts.flatMap(([part, name]) => {
    const rate = rateOf(listed[name]);
    return rate ? [[part, rate] as const] : [];
  });
  const perRequest = listed['requests_kcount'];
  return {
    input,
    output: { base: 0, tiers: [] },
    ...Object.fromEntries(rates),
    ...(typeof perRequest === 'number' ? { perRequest: Math.round((perRequest * nano) / 1000) } : {}),
  };
}
