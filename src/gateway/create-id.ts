import { randomBytes } from 'node:crypto';

/** Digits of a UUID that tell the time: https://www.rfc-editor.org/rfc/rfc9562#name-uuid-version-7. */
const timeDigits = 12;
const version = '7';

/**
 * An id that nothing else has. Ids of one time begin alike, so that a database adds them at one place of an index and not all over it.
 * @param now milliseconds since 1970
 */
export function createId(now: number): string {
  if (now !== writtenAt) {
    const time = Math.max(0, Math.floor(now)).toString(16).padStart(timeDigits, '0').slice(-timeDigits);
    written = `${time.slice(0, 8)}-${time.slice(8)}`;
    writtenAt = now;
  }
  if (used === chance.length) drawChance();
  const from = used;
  used += digitsOfId;
  const random = chance.slice(from, used);
  // Joined from a list it is one text and no chain of texts, of which `JSON.stringify` makes a line of the log in twice the time.
  return [written, version + random.slice(0, 3), random.slice(3, 7), random.slice(8)].join('-');
}

/** The time is written once for all ids of a millisecond. */
let writtenAt = Number.NaN;
let written = '';

/** Hexadecimal digits, drawn for many ids at once: one by one they take several times as long. */
let chance = '';
let used = 0;
/** One digit more than an id needs: bytes have two. */
const bytesOfId = 10;
const digitsOfId = 2 * bytesOfId;
const idsAtOnce = 256;

function drawChance(): void {
  const bytes = randomBytes(idsAtOnce * bytesOfId);
  // The first digit of an id's second part says which kind of UUID it is: its two highest bits are `10`.
  for (let at = 1; at < bytes.length; at += bytesOfId) bytes[at] = ((bytes[at] ?? 0) & 0xf3) | 0x08;
  chance = bytes.toString('hex');
  used = 0;
}
