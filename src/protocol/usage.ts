/** The tokens of one answer, as the upstream that gave it counted them. A count that the upstream does not make is 0. */
export interface Usage {
  /** Everything that the model read, tokens served from or written to a prompt cache included, each counted once. */
  readonly inputTokens: number;
  /** Of the input: read from a prompt cache. */
  readonly cachedInputTokens: number;
  /** Of the input: written to a prompt cache. */
  readonly cacheWriteTokens: number;
  /** Everything that the model wrote, reasoning included. */
  readonly outputTokens: number;
  /** Of the output: reasoning. */
  readonly reasoningTokens: number;
}

/** A count as upstreams write it; undefined for what is none. */
export function readCount(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 ? value : undefined;
}
