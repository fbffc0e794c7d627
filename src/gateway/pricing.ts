import { costOf } from '../catalog/price.ts';
import type { Usage } from '../protocol/usage.ts';
import type { Environment, Model } from '../semantics/environment.ts';

/** What calls of the catalogue's models cost, in nano-units of the config's currency; undefined where a price is not known. */
export interface Pricing {
  costOf(model: string, usage: Usage): number | undefined;
  /** The most that a call can cost which reads and writes so many tokens. */
  worstOf(model: string, inputTokens: number, outputTokens: number): number | undefined;
}

export function createModelPricing({ models }: Pick<Environment, 'models'>): Pricing {
  const prices = new Map(models.map((model) => [model.name, pricesOf(model)]));
  const price = (model: string, usage: Pick<Usage, 'inputTokens' | 'outputTokens'>) => {
    const found = prices.get(model);
    return found && costOf(usage, found.input, found.output);
  };
  return {
    costOf: price,
    worstOf: (model, inputTokens, outputTokens) => price(model, { inputTokens, outputTokens }),
  };
}

function pricesOf({ attributes }: Model): { readonly input: number; readonly output: number } | undefined {
  const input = attributes.get('price_in');
  const output = attributes.get('price_out');
  return typeof input === 'number' && typeof output === 'number' ? { input, output } : undefined;
}
