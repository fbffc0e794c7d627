import { randomUUID } from 'node:crypto';

/** Digits of a UUID that tell the time, and what stands behind them: https://www.rfc-editor.org/rfc/rfc9562#name-uuid-version-7. */
const timeDigits = 12;
const version = '7';
const behindVersion = 15;

/**
 * An id that nothing else has. Ids of one time begin alike, so that a database adds them at one place of an index and not all over it.
 * @param now milliseconds since 1970
 */
export function createId(now: number): string {
  if (now !== writtenAt) {
    const time = Math.max(0, Math.floor(now)).toString(16).padStart(timeDigits, '0').slice(-timeDigits);
    written = `${time.slice(0, 8)}-${time.slice(8)}-${version}`;
    writtenAt = now;
  }
  return written + randomUUID().slice(behindVersion);
}

/** The time is written once for all ids of a millisecond. */
let writtenAt = Number.NaN;
let written = '';
