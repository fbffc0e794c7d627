/**
 * The tokens of one answer, as the upstream that gave it counted them. A count that the upstream does not make is 0, or left out.
 * What is part of another count is counted there too.
 */
export interface Usage {
  /** Everything that the model read, tokens served from or written to a prompt cache included, each counted once. */
  readonly inputTokens: number;
  /** Of the input: read from a prompt cache. */
  readonly cachedInputTokens: number;
  /** Of the input: written to a prompt cache. */
  readonly cacheWriteTokens: number;
  /** Of those written to a prompt cache: to be kept for an hour. */
  readonly cacheWriteHourTokens?: number;
  /** Of the input: sound. */
  readonly audioInputTokens?: number;
  /** Of the sound and of what was read from a prompt cache: both. */
  readonly cachedAudioTokens?: number;
  /** Of the input: images. */
  readonly imageInputTokens?: number;
  /** Everything that the model wrote, reasoning included. */
  readonly outputTokens: number;
  /** Of the output: reasoning. */
  readonly reasoningTokens: number;
  /** Of the output: sound. */
  readonly audioOutputTokens?: number;
  /** Of the output: images. */
  readonly imageOutputTokens?: number;
  /** Nobody counted: the stream broke, or its caller left, before the upstream said what it had counted. */
  readonly estimated?: true;
}

/** Counts that few upstreams make. */
export type RareCount = Exclude<
  { [Key in keyof Usage]: undefined extends Usage[Key] ? Key : never }[keyof Usage],
  undefined | 'estimated'
>;

/** A count as upstreams write it; undefined for what is none. */
export function readCount(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 ? value : undefined;
}

const none = {};

/** Those of the rare counts that an upstream made, and that are not 0. */
export function rareCounts(told: Readonly<Partial<Record<RareCount, unknown>>>): Pick<Usage, RareCount> {
  let counts: { [Key in RareCount]?: number } | undefined;
  for (const name in told) {
    const count = readCount(told[name as RareCount]);
    if (count) {
      counts ??= {};
      counts[name as RareCount] = count;
    }
  }
  return counts ?? none;
}
