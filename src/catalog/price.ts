/** Nano-units of the config's currency for a million tokens. Where a request reads more, all of it has the tier's price. */
export interface Rate {
  readonly base: number;
  /** In rising order of the input tokens of the whole request above which each holds. */
  readonly tiers: readonly { readonly above: number; readonly price: number }[];
}

/**
 * What a model's tokens cost. Each token is paid once: at the price of the narrowest kind that it belongs to and that has
 * a price here, else at that of `input` or `output`.
 */
export interface Price {
  /** What the model reads: everything that has no price of its own below. */
  readonly input: Rate;
  /** Of the input: read from a prompt cache. */
  readonly cachedInput?: Rate;
  /** Of the input: written to a prompt cache, for its usual time. */
  readonly cacheWrite?: Rate;
  /** Of the input: written to a prompt cache for an hour. */
  readonly cacheWriteHour?: Rate;
  /** Of the input: sound. */
  readonly audioInput?: Rate;
  /** Of the input: sound, read from a prompt cache. */
  readonly cachedAudioInput?: Rate;
  /** Of the input: images, where they are not paid as text. */
  readonly imageInput?: Rate;
  /** What the model writes, reasoning included: everything that has no price of its own below. */
  readonly output: Rate;
  /** Of the output: reasoning, where it is not paid as text. */
  readonly reasoningOutput?: Rate;
  /** Of the output: sound. */
  readonly audioOutput?: Rate;
  /** Of the output: images. */
  readonly imageOutput?: Rate;
  /** For each call, in nano-units, beside its tokens. */
  readonly perRequest?: number;
}
