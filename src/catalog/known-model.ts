import { needs } from '../protocol/needs.ts';

/** What a model can be known to be able to do: whatever a request may need, and what only a policy asks. */
export const modelAbilities: readonly string[] = [...needs, 'embeddings', 'zero_retention'];

/** What is known of an upstream's model, whoever runs the gateway. */
export interface KnownModel {
  /** Of `modelAbilities`. One that is not listed is not known to be had. */
  readonly abilities: readonly string[];
  readonly contextWindow?: number;
  readonly maxOutput?: number;
  /** Where it is known from, and the day on which it was read there. */
  readonly source: string;
  readonly date: string;
}

/** Models by `kind/upstream`: what a kind of provider is known to serve under exactly that name. */
export type Catalogue = ReadonlyMap<string, KnownModel>;

export function catalogueKey(providerKind: string, upstream: string): string {
  return `${providerKind}/${upstream}`;
}
