import { readDuration } from '../syntax/quantities.ts';

const datePattern = /^\d{4}-\d{2}-\d{2}(?:T\d{2}:\d{2}(?::\d{2}(?:\.\d{1,3})?)?Z)?$/;

/** `7d`: so long before `now`; `2026-01-05`, `2026-01-05T12:00Z`: that instant of UTC, in milliseconds since 1970. Undefined for other text. */
export function readInstant(text: string, now: number): number | undefined {
  const ago = readDuration(text);
  if (ago !== undefined) return Math.max(0, now - ago);
  const instant = datePattern.test(text) ? Date.parse(text) : Number.NaN;
  return Number.isNaN(instant) || instant < 0 ? undefined : instant;
}

/** How it is written, for whoever wrote something else. */
export const instantHelp = 'write a duration like `7d`, or a time of UTC like `2026-01-05` or `2026-01-05T12:00Z`';
