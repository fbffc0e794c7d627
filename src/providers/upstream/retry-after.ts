/** A pause beyond this is no pause but a refusal; it also keeps timers in range. */
const longestMs = 24 * 60 * 60 * 1000;

/**
 * How long an upstream asks to wait: `retry-after-ms` (OpenAI, Azure), or `retry-after` in seconds or as an HTTP date.
 */
export function readRetryAfter(
  headers: Readonly<Record<string, string | readonly string[] | undefined>>,
  now: Date,
): number | undefined {
  const milliseconds = readNumber(headers['retry-after-ms']);
  if (milliseconds !== undefined) return bounded(milliseconds);
  const seconds = readNumber(headers['retry-after']);
  if (seconds !== undefined) return bounded(seconds * 1000);
  const date = headers['retry-after'];
  const instant = typeof date === 'string' ? Date.parse(date) : Number.NaN;
  return Number.isNaN(instant) ? undefined : bounded(instant - now.getTime());
}

function readNumber(text: string | readonly string[] | undefined): number | undefined {
  return typeof text === 'string' && /^\d+(\.\d+)?$/.test(text.trim()) ? Number(text) : undefined;
}

function bounded(milliseconds: number): number {
  return Math.min(Math.max(Math.ceil(milliseconds), 0), longestMs);
}
