import type { Usage } from '../protocol/usage.ts';

const tokensPerPrice = 1_000_000n;

/** The cost in nano-units of what was used; prices are nano-units per million tokens. Rounded once, half up. */
export function costOf(usage: Pick<Usage, 'inputTokens' | 'outputTokens'>, priceIn: number, priceOut: number): number {
  const millionfold = BigInt(usage.inputTokens) * BigInt(priceIn) + BigInt(usage.outputTokens) * BigInt(priceOut);
  return Number((millionfold + tokensPerPrice / 2n) / tokensPerPrice);
}
