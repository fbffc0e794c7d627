import { readAmount } from '../syntax/quantities.ts';
import catalogue from './models.json' with { type: 'json' };

/** What is publicly known of an upstream's model. Prices are nano-units of `currency` per million tokens. */
export interface KnownModel {
  readonly currency: string;
  readonly priceIn: number;
  readonly priceOut: number;
  readonly contextWindow: number;
  readonly maxOutput: number;
  /** Short names of the `model.…` abilities that it has. */
  readonly abilities: readonly string[];
}

function readPrice(amount: string): number {
  const nanos = readAmount(amount);
  if (nanos === undefined) throw new Error(`models.json holds a price that is no amount: ${amount}`);
  return nanos;
}

const knownModels: ReadonlyMap<string, KnownModel> = new Map(
  catalogue.models.map((entry) => [
    `${entry.kind}/${entry.upstream}`,
    {
      currency: catalogue.currency,
      priceIn: readPrice(entry.price_in),
      priceOut: readPrice(entry.price_out),
      contextWindow: entry.context_window,
      maxOutput: entry.max_output,
      abilities: entry.abilities,
    },
  ]),
);

/** The model that a kind of provider is known to serve under exactly this name. */
export function findModel(providerKind: string, upstream: string): KnownModel | undefined {
  return knownModels.get(`${providerKind}/${upstream}`);
}
