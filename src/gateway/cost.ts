import { costOf } from '../catalog/price.ts';
import type { Usage } from '../protocol/usage.ts';
import type { Environment, Model } from '../semantics/environment.ts';
import { writeMoney } from '../syntax/quantities.ts';

/** What an answer cost, as a decimal string in the config's currency; undefined where price or usage is not known. */
export type PriceAnswer = (model: string, usage: Usage | undefined) => string | undefined;

export function createPricing({ models }: Pick<Environment, 'models'>): PriceAnswer {
  const prices = new Map(models.map((model) => [model.name, pricesOf(model)]));
  return (model, usage) => {
    const price = prices.get(model);
    if (price === undefined || usage === undefined) return undefined;
    return writeMoney(costOf(usage, price.input, price.output), 'USD').slice(1);
  };
}

function pricesOf({ attributes }: Model): { readonly input: number; readonly output: number } | undefined {
  const input = attributes.get('price_in');
  const output = attributes.get('price_out');
  return typeof input === 'number' && typeof output === 'number' ? { input, output } : undefined;
}
