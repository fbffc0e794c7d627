import { minutesPerDay, weekDays } from '../semantics/week.ts';

const formats = new Map<string, Intl.DateTimeFormat>();

/** Minutes since Monday 00:00 in a zone (an IANA name), at an instant in milliseconds since 1970. */
export function weekMinuteAt(instant: number, zone: string): number {
  const parts = formatFor(zone).formatToParts(instant);
  const read = (type: string) => parts.find((part) => part.type === type)?.value ?? '';
  const day = weekDays.indexOf(read('weekday').toLowerCase());
  return day * minutesPerDay + Number(read('hour')) * 60 + Number(read('minute'));
}

/** Making a format is dear, and a policy names few zones. */
function formatFor(zone: string): Intl.DateTimeFormat {
  const known = formats.get(zone);
  if (known) return known;
  const options = { timeZone: zone, weekday: 'short', hour: '2-digit', minute: '2-digit', hourCycle: 'h23' } as const;
  const format = new Intl.DateTimeFormat('en-US', options);
  formats.set(zone, format);
  return format;
}

const instantForm = /^(\d{4})-(\d{2})-(\d{2})T(\d{2}):(\d{2})(?::(\d{2})(?:\.\d+)?)?(?:Z|([+-])(\d{2}):(\d{2}))$/;

/** An instant of RFC 3339, in milliseconds since 1970; fractions of a second are dropped. Undefined for any other text. */
export function readInstant(text: string): number | undefined {
  const match = instantForm.exec(text);
  if (!match) return undefined;
  const [year, month, day, hour, minute, second] = match.slice(1, 7).map((part) => Number(part ?? 0));
  const [sign, offsetHours, offsetMinutes] = [match[7], Number(match[8] ?? 0), Number(match[9] ?? 0)];
  const fits =
    inRange(month, 1, 12) &&
    inRange(day, 1, 31) &&
    inRange(hour, 0, 23) &&
    inRange(minute, 0, 59) &&
    inRange(second, 0, 60);
  if (!fits) return undefined;
  const offset = (sign === '-' ? -1 : 1) * (offsetHours * 60 + offsetMinutes);
  const minutes =
    daysSince1970(year ?? 0, month ?? 1, day ?? 1) * minutesPerDay + (hour ?? 0) * 60 + (minute ?? 0) - offset;
  return (minutes * 60 + (second ?? 0)) * 1000;
}

const inRange = (value: number | undefined, least: number, most: number): boolean =>
  value !== undefined && value >= least && value <= most;

/** Days from 1970-01-01 in the proleptic Gregorian calendar; years begin in March here, so that the leap day comes last. */
function daysSince1970(year: number, month: number, day: number): number {
  const shifted = month <= 2 ? year - 1 : year;
  const era = Math.floor(shifted / 400);
  const ofEra = shifted - era * 400;
  const ofYear = Math.floor((153 * ((month + 9) % 12) + 2) / 5) + day - 1;
  return era * 146_097 + ofEra * 365 + Math.floor(ofEra / 4) - Math.floor(ofEra / 100) + ofYear - 719_468;
}
