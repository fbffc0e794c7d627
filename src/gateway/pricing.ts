import { costOf, type Dearness, worstCost } from '../catalog/cost.ts';
import type { GatewayConfig } from '../config/config.ts';
import type { Usage } from '../protocol/usage.ts';

/** What calls of the catalogue's models cost, in nano-units of the config's currency; undefined where a price is not known. */
export interface Pricing {
  costOf(model: string, usage: Usage): number | undefined;
  /** The most that a call can cost which reads and writes so many tokens and `may` do what has prices of its own. */
  worstOf(model: string, inputTokens: number, outputTokens: number, may?: readonly Dearness[]): number | undefined;
}

export function createModelPricing({ models }: Pick<GatewayConfig, 'models'>): Pricing {
  const priceOf = (model: string) => models.get(model)?.price ?? undefined;
  return {
    costOf(model, usage) {
      const price = priceOf(model);
      return price && costOf(usage, price);
    },
    worstOf(model, inputTokens, outputTokens, may) {
      const price = priceOf(model);
      return price && worstCost(inputTokens, outputTokens, price, may);
    },
  };
}
