import type { Usage } from '../protocol/usage.ts';

/** Why an upstream's usage is not taken as it is. */
export type UsageDoubt =
  /** It said none, or not all of it. */
  | 'uncounted'
  /** A count is negative, a fraction or no number. */
  | 'no-count'
  /** More than the model can read or write. */
  | 'implausible'
  /** A part is more than what it is part of. */
  | 'inconsistent';

export interface SaneUsage {
  readonly usage: Usage;
  /** Null where the upstream's usage was taken as it is. */
  readonly doubt: UsageDoubt | null;
}

export interface UsageBounds {
  /** What is recorded where the upstream's usage cannot be: asked for only there. */
  estimate(): Usage;
  /** The most that the model can read and write in a call. */
  readonly mostInput: number;
  readonly mostOutput: number;
}

/** More than any model reads or writes in one call, for those of which no window is known. */
export const largestWindow = 100_000_000;

/**
 * What is booked for an answer. A usage that cannot be is replaced whole by the estimate; one whose parts do not fit their whole keeps
 * its totals, and each part is cut to what it is part of. Either is flagged.
 */
export function saneUsage(told: Usage | undefined, bounds: UsageBounds): SaneUsage {
  const doubt = doubtOf(told, bounds);
  if (told === undefined || doubt !== null) return { usage: bounds.estimate(), doubt };
  const usage = fitted(told);
  return { usage, doubt: usage === told ? null : 'inconsistent' };
}

/** Why nothing of it is taken. */
function doubtOf(told: Usage | undefined, { mostInput, mostOutput }: UsageBounds): UsageDoubt | null {
  if (told === undefined) return 'uncounted';
  for (const name in told) if (name !== 'estimated' && !isCount(told[name as Count])) return 'no-count';
  return told.inputTokens > mostInput || told.outputTokens > mostOutput ? 'implausible' : null;
}

function isCount(value: unknown): boolean {
  return value === undefined || (typeof value === 'number' && Number.isSafeInteger(value) && value >= 0);
}

type Count = Exclude<keyof Usage, 'estimated'>;

/** What each part is part of. */
const wholeOf: { readonly [Part in Count]?: Count } = {
  cachedInputTokens: 'inputTokens',
  cacheWriteTokens: 'inputTokens',
  cacheWriteHourTokens: 'cacheWriteTokens',
  audioInputTokens: 'inputTokens',
  cachedAudioTokens: 'audioInputTokens',
  imageInputTokens: 'inputTokens',
  reasoningTokens: 'outputTokens',
  audioOutputTokens: 'outputTokens',
  imageOutputTokens: 'outputTokens',
};
const parts = Object.entries(wholeOf) as readonly (readonly [part: Count, whole: Count])[];

/** The same object where all parts fit. */
function fitted(told: Usage): Usage {
  if (fits(told)) return told;
  const cut: { -readonly [Key in keyof Usage]: Usage[Key] } = { ...told };
  for (const [part, whole] of parts) if (cut[part] !== undefined) cut[part] = Math.min(cut[part], cut[whole] ?? 0);
  return cut;
}

function fits(told: Usage): boolean {
  for (const name in told) {
    const whole = wholeOf[name as Count];
    if (whole !== undefined && (told[name as Count] ?? 0) > (told[whole] ?? 0)) return false;
  }
  return true;
}
