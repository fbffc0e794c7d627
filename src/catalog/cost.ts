import type { Usage } from '../protocol/usage.ts';
import type { Price, Rate } from './price.ts';

const tokensPerPrice = 1_000_000n;

/** Tokens of one kind, and what is asked for them. */
type Share = readonly [tokens: number, rate: Rate];

/**
 * The cost in nano-units of what was used, rounded once, half up. Each token is paid once, at the price of the narrowest kind that
 * it is of; where the parts of an upstream's usage are more than their whole, those that are listed last are cut. Counts are whole
 * and not negative: what upstreams say goes through `saneUsage` first.
 */
export function costOf(usage: Usage, price: Price): number {
  const { inputTokens } = usage;
  const shares = [...inputShares(usage, price), ...outputShares(usage, price)];
  // Sums of whole numbers are exact while they are small, and nearly every one is.
  let millionfold = (price.perRequest ?? 0) * Number(tokensPerPrice);
  for (const [tokens, rate] of shares) if (tokens > 0) millionfold += tokens * priceAt(rate, inputTokens);
  if (millionfold <= largestExact) return roundedSmall(millionfold);
  let exact = BigInt(price.perRequest ?? 0) * tokensPerPrice;
  for (const [tokens, rate] of shares) if (tokens > 0) exact += BigInt(tokens) * BigInt(priceAt(rate, inputTokens));
  return rounded(exact);
}

/** Leaves room for rounding. */
const largestExact = Number.MAX_SAFE_INTEGER - Number(tokensPerPrice);

function roundedSmall(millionfold: number): number {
  const unit = Number(tokensPerPrice);
  const raised = millionfold + unit / 2;
  return (raised - (raised % unit)) / unit;
}

function inputShares(usage: Usage, price: Price): readonly Share[] {
  const { input } = price;
  const cacheWrite = price.cacheWrite ?? input;
  if (!hasKinds(usage)) return [[usage.inputTokens, input]];
  const hourTokens = Math.min(usage.cacheWriteHourTokens ?? 0, usage.cacheWriteTokens);
  const audioTokens = usage.audioInputTokens ?? 0;
  const cachedAudio = Math.min(usage.cachedAudioTokens ?? 0, audioTokens, usage.cachedInputTokens);
  const audio = price.audioInput ?? input;
  return withRest(usage.inputTokens, input, [
    [cachedAudio, price.cachedAudioInput ?? price.audioInput ?? price.cachedInput ?? input],
    [usage.cachedInputTokens - cachedAudio, price.cachedInput ?? input],
    [hourTokens, price.cacheWriteHour ?? cacheWrite],
    [usage.cacheWriteTokens - hourTokens, cacheWrite],
    [audioTokens - cachedAudio, audio],
    [usage.imageInputTokens ?? 0, price.imageInput ?? input],
  ]);
}

/** Whether some of the input is of a kind that may have a price of its own. */
function hasKinds(usage: Usage): boolean {
  const { cachedInputTokens, cacheWriteTokens, audioInputTokens, imageInputTokens } = usage;
  return (
    cachedInputTokens > 0 || cacheWriteTokens > 0 || audioInputTokens !== undefined || imageInputTokens !== undefined
  );
}

function outputShares(usage: Usage, price: Price): readonly Share[] {
  const { output } = price;
  const { reasoningTokens, audioOutputTokens, imageOutputTokens } = usage;
  if (reasoningTokens === 0 && audioOutputTokens === undefined && imageOutputTokens === undefined) {
    return [[usage.outputTokens, output]];
  }
  return withRest(usage.outputTokens, output, [
    [usage.reasoningTokens, price.reasoningOutput ?? output],
    [usage.audioOutputTokens ?? 0, price.audioOutput ?? output],
    [usage.imageOutputTokens ?? 0, price.imageOutput ?? output],
  ]);
}

/** The parts, which together are never more than the whole, and what of it is of no kind of its own. */
function withRest(whole: number, rate: Rate, parts: readonly Share[]): readonly Share[] {
  let rest = whole;
  const shares = parts.map(([tokens, of]): Share => {
    const taken = Math.min(tokens, rest);
    rest -= taken;
    return [taken, of];
  });
  return [...shares, [rest, rate]];
}

/** Where a request reads more than a tier begins at, all of it has the tier's price. */
function priceAt({ base, tiers }: Rate, inputTokens: number): number {
  return tiers.findLast(({ above }) => inputTokens > above)?.price ?? base;
}

/** What a call may do that has prices of its own, beside reading and writing text. */
export type Dearness = 'cache-write' | 'audio' | 'image';

const everything: readonly Dearness[] = ['cache-write', 'audio', 'image'];

/**
 * The most that a call can cost, in nano-units, which reads and writes at most so many tokens: all of them at the dearest price that may
 * hold for any of them. Of caches, sound and images only what the call `may` use.
 */
export function worstCost(
  inputTokens: number,
  outputTokens: number,
  price: Price,
  may: readonly Dearness[] = everything,
): number {
  const ifMay = (kind: Dearness, ...rates: readonly (Rate | undefined)[]) => (may.includes(kind) ? rates : []);
  const inputs = [
    price.input,
    price.cachedInput,
    ...ifMay('cache-write', price.cacheWrite, price.cacheWriteHour),
    ...ifMay('audio', price.audioInput, price.cachedAudioInput),
    ...ifMay('image', price.imageInput),
  ];
  const outputs = [
    price.output,
    price.reasoningOutput,
    ...ifMay('audio', price.audioOutput),
    ...ifMay('image', price.imageOutput),
  ];
  const [inputPrice, outputPrice] = [dearest(inputs, inputTokens), dearest(outputs, inputTokens)];
  const millionfold =
    (price.perRequest ?? 0) * Number(tokensPerPrice) + inputTokens * inputPrice + outputTokens * outputPrice;
  if (millionfold <= largestExact) return roundedSmall(millionfold);
  return rounded(
    BigInt(price.perRequest ?? 0) * tokensPerPrice +
      BigInt(inputTokens) * BigInt(inputPrice) +
      BigInt(outputTokens) * BigInt(outputPrice),
  );
}

/** Of all the prices that may hold up to so many tokens of input: not every tier is dearer than what comes before it. */
function dearest(rates: readonly (Rate | undefined)[], inputTokens: number): number {
  let most = 0;
  for (const rate of rates) {
    if (rate === undefined) continue;
    most = Math.max(most, rate.base);
    for (const { above, price } of rate.tiers) if (inputTokens > above) most = Math.max(most, price);
  }
  return most;
}

/** Beyond exact numbers there is one amount only: more than any budget. */
function rounded(millionfold: bigint): number {
  const nanos = (millionfold + tokensPerPrice / 2n) / tokensPerPrice;
  return Math.min(Number(nanos), Number.MAX_SAFE_INTEGER);
}
