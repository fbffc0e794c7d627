import type { Window } from '../syntax/ast.ts';

export interface Span {
  /** The first instant inside and the first after it; null where it has none. */
  readonly start: number | null;
  readonly end: number | null;
}

type CalendarWindow = Exclude<Window, number>;
interface Bounded {
  readonly start: number;
  readonly end: number;
}

const dayMs = 86_400_000;
const fixedMs = { second: 1000, min: 60_000, hour: 3_600_000 } as const;
const known = new Map<string, Bounded>();
const formats = new Map<string, Intl.DateTimeFormat>();

/**
 * The calendar window of a zone (an IANA name) that holds an instant. Weeks begin on Monday. A day begins with its first instant:
 * where the clock jumps over midnight, the instant of the jump. Every process finds the same.
 */
export function windowAt(window: CalendarWindow, now: number, zone: string): Span {
  if (window === 'ever') return { start: null, end: null };
  const name = `${window} ${zone}`;
  const last = known.get(name);
  if (last !== undefined && last.start <= now && now < last.end) return last;
  const found = isFixed(window) ? fixedWindow(fixedMs[window], now, zone) : dayWindow(window, now, zone);
  known.set(name, found);
  return found;
}

const isFixed = (window: CalendarWindow): window is keyof typeof fixedMs => window in fixedMs;

function fixedWindow(length: number, now: number, zone: string): Bounded {
  const offset = localAt(now, zone) - Math.floor(now / 1000) * 1000;
  const start = Math.floor((now + offset) / length) * length - offset;
  return { start, end: start + length };
}

type Days = Exclude<CalendarWindow, keyof typeof fixedMs | 'ever'>;

function dayWindow(window: Days, now: number, zone: string): Bounded {
  let first = firstDay(window, localDay(now, zone), 0);
  let start = dayStart(first, zone);
  // Where the clock falls back over midnight, a day that has begun has begun.
  if (start > now) {
    first = firstDay(window, first, -1);
    start = dayStart(first, zone);
  }
  const end = dayStart(firstDay(window, first, 1), zone);
  return end > now ? { start, end } : { start: end, end: dayStart(firstDay(window, first, 2), zone) };
}

/** The day, counted from 1970, with which the window that holds `day` begins, or one that lies `steps` windows off. */
function firstDay(window: Days, day: number, steps: number): number {
  if (window === 'day') return day + steps;
  if (window === 'week') return (Math.floor((day + 3) / 7) + steps) * 7 - 3;
  const date = new Date(day * dayMs);
  const months = { month: 1, quarter: 3, year: 12 }[window];
  const month = Math.floor(date.getUTCMonth() / months) * months + steps * months;
  return Date.UTC(date.getUTCFullYear(), month, 1) / dayMs;
}

const localDay = (instant: number, zone: string): number => Math.floor(localAt(instant, zone) / dayMs);

/** The first instant of a local day, found by halving: offsets stay within 15 hours of UTC. */
function dayStart(day: number, zone: string): number {
  let before = day * dayMs - 15 * fixedMs.hour;
  let within = day * dayMs + 15 * fixedMs.hour;
  while (within - before > 1) {
    const middle = Math.floor((before + within) / 2);
    if (localDay(middle, zone) >= day) within = middle;
    else before = middle;
  }
  return within;
}

/** What the clocks of a zone show, to the second, as if they showed UTC. */
function localAt(instant: number, zone: string): number {
  const shown: Record<string, number> = {};
  for (const { type, value } of formatFor(zone).formatToParts(instant)) shown[type] = Number(value);
  const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = shown;
  return Date.UTC(year, month - 1, day, hour, minute, second);
}

function formatFor(zone: string): Intl.DateTimeFormat {
  const made = formats.get(zone);
  if (made !== undefined) return made;
  const two = '2-digit';
  const options = { year: 'numeric', month: two, day: two, hour: two, minute: two, second: two } as const;
  const format = new Intl.DateTimeFormat('en-US', { ...options, timeZone: zone, hourCycle: 'h23' });
  formats.set(zone, format);
  return format;
}
