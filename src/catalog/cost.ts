import type { Usage } from '../protocol/usage.ts';
import type { Price, Rate } from './price.ts';

const tokensPerPrice = 1_000_000n;

/** Hears how many tokens of one kind there are, more than none, and what is asked for them. */
type Pay = (tokens: number, rate: Rate) => void;

/**
 * The cost in nano-units of what was used, rounded once, half up. Each token is paid once, at the price of the narrowest kind that
 * it is of; where the parts of an upstream's usage are more than their whole, those that are listed last are cut. Counts are whole
 * and not negative: what upstreams say goes through `saneUsage` first.
 */
export function costOf(usage: Usage, price: Price): number {
  const { inputTokens } = usage;
  // Sums of whole numbers are exact while they are small, and nearly every one is.
  let millionfold = (price.perRequest ?? 0) * Number(tokensPerPrice);
  eachShare(usage, price, (tokens, rate) => {
    millionfold += tokens * priceAt(rate, inputTokens);
  });
  if (millionfold <= largestExact) return roundedSmall(millionfold);
  let exact = BigInt(price.perRequest ?? 0) * tokensPerPrice;
  eachShare(usage, price, (tokens, rate) => {
    exact += BigInt(tokens) * BigInt(priceAt(rate, inputTokens));
  });
  return rounded(exact);
}

/** Leaves room for rounding. */
const largestExact = Number.MAX_SAFE_INTEGER - Number(tokensPerPrice);

function roundedSmall(millionfold: number): number {
  const unit = Number(tokensPerPrice);
  const raised = millionfold + unit / 2;
  return (raised - (raised % unit)) / unit;
}

function eachShare(usage: Usage, price: Price, pay: Pay): void {
  payInput(usage, price, pay);
  payOutput(usage, price, pay);
}

function payInput(usage: Usage, price: Price, pay: Pay): void {
  const { input } = price;
  const cacheWrite = price.cacheWrite ?? input;
  const hourTokens = Math.min(usage.cacheWriteHourTokens ?? 0, usage.cacheWriteTokens);
  const audioTokens = usage.audioInputTokens ?? 0;
  const cachedAudio = Math.min(usage.cachedAudioTokens ?? 0, audioTokens, usage.cachedInputTokens);
  const cachedAudioRate = price.cachedAudioInput ?? price.audioInput ?? price.cachedInput ?? input;
  let rest = usage.inputTokens;
  rest = payPart(rest, cachedAudio, cachedAudioRate, pay);
  rest = payPart(rest, usage.cachedInputTokens - cachedAudio, price.cachedInput ?? input, pay);
  rest = payPart(rest, hourTokens, price.cacheWriteHour ?? cacheWrite, pay);
  rest = payPart(rest, usage.cacheWriteTokens - hourTokens, cacheWrite, pay);
  rest = payPart(rest, audioTokens - cachedAudio, price.audioInput ?? input, pay);
  rest = payPart(rest, usage.imageInputTokens ?? 0, price.imageInput ?? input, pay);
  payPart(rest, rest, input, pay);
}

function payOutput(usage: Usage, price: Price, pay: Pay): void {
  const { output } = price;
  let rest = usage.outputTokens;
  rest = payPart(rest, usage.reasoningTokens, price.reasoningOutput ?? output, pay);
  rest = payPart(rest, usage.audioOutputTokens ?? 0, price.audioOutput ?? output, pay);
  rest = payPart(rest, usage.imageOutputTokens ?? 0, price.imageOutput ?? output, pay);
  payPart(rest, rest, output, pay);
}

/** Pays a part of what is left of a whole, never more, and returns what is left then. */
function payPart(left: number, part: number, rate: Rate, pay: Pay): number {
  const taken = Math.min(part, left);
  if (taken > 0) pay(taken, rate);
  return left - taken;
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
  const [cacheWrite, audio, image] = [may.includes('cache-write'), may.includes('audio'), may.includes('image')];
  const inputs = [
    price.input,
    price.cachedInput,
    cacheWrite ? price.cacheWrite : undefined,
    cacheWrite ? price.cacheWriteHour : undefined,
    audio ? price.audioInput : undefined,
    audio ? price.cachedAudioInput : undefined,
    image ? price.imageInput : undefined,
  ];
  const outputs = [
    price.output,
    price.reasoningOutput,
    audio ? price.audioOutput : undefined,
    image ? price.imageOutput : undefined,
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
