import { GatewayError } from '../protocol/gateway-error.ts';
import { readDuration } from '../syntax/quantities.ts';

const instantPattern = /^\d{4}-\d{2}-\d{2}(?:T\d{2}:\d{2}(?::\d{2}(?:\.\d{1,3})?)?(?:Z|[+-]\d{2}:\d{2}))?$/;

/** The latest instant that JavaScript can show. */
const endOfTime = 8.64e15;

/** When a key ends, in milliseconds since 1970: an instant or a day (its first moment in UTC), or a duration from now. Never past. */
export function readExpiry(text: string, now: number): number {
  const duration = readDuration(text);
  const expiry = duration === undefined ? readInstant(text) : now + duration;
  const param = { param: 'expires' };
  if (expiry === undefined || expiry > endOfTime) {
    const message = '`expires` must be an instant such as `2027-01-31T12:00:00Z`, a day, or a duration such as `30d`';
    throw new GatewayError('invalid_request', message, param);
  }
  if (expiry <= now) throw new GatewayError('invalid_request', '`expires` lies in the past', param);
  return expiry;
}

function readInstant(text: string): number | undefined {
  const instant = instantPattern.test(text) ? Date.parse(text) : Number.NaN;
  return Number.isNaN(instant) ? undefined : instant;
}

/** No key is kept alive longer than this beside its successor. */
const longestOverlap = 90 * 86_400_000;

/** For how long a key goes on working after it was rotated, in milliseconds. */
export function readOverlap(text: string): number {
  const overlap = readDuration(text);
  if (overlap !== undefined && overlap <= longestOverlap) return overlap;
  throw new GatewayError('invalid_request', '`overlap` must be a duration of at most `90d`, such as `1h`', {
    param: 'overlap',
  });
}
