import { suggest } from '../diagnostics/suggest.ts';
import type { Hours, Name, Schedule } from '../syntax/ast.ts';
import type { Context } from './context.ts';
import type { WeekSpan } from './typed.ts';
import { minutesPerDay, minutesPerWeek, weekDays } from './week.ts';

/** Every day and every zone that a schedule names exists. */
export function checkSchedule(context: Context, schedule: Schedule): void {
  for (const { days, zone } of schedule.hours) {
    for (const { first, last } of days) for (const day of last ? [first, last] : [first]) checkDay(context, day);
    if (!isZone(zone.text)) {
      context.findings.error('unknown-zone', zone.span, `there is no time zone \`${zone.text}\``, {
        help: 'use a name of the IANA list: `"Europe/Paris"`, `"America/New_York"`, `"UTC"`',
      });
    }
  }
}

function checkDay(context: Context, { text, span }: Name): void {
  if (dayIndex(text) !== -1) return;
  const near = suggest(text, weekDays);
  context.findings.error('unknown-word', span, `\`${text}\` is not a day`, {
    help: near ? `did you mean \`${near}\`?` : `days are ${weekDays.join(', ')}`,
  });
}

/** Whether the language's own calendar data knows the zone; nothing is computed with it here. */
function isZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
}

const dayIndex = (word: string): number => weekDays.findIndex((day) => day === word);

/**
 * The spans of a week in which a schedule holds. A span holds its first minute and not its last; one that ends no later than it
 * starts runs into the next day.
 */
export function weekSpans(schedule: Schedule): WeekSpan[] {
  return schedule.hours.flatMap((hours) => daysOf(hours).flatMap((day) => spansOfDay(hours, day)));
}

/** `fri..mon` goes round the end of the week. */
function daysOf({ days }: Hours): number[] {
  return days.flatMap(({ first, last }) => {
    const from = dayIndex(first.text);
    const to = last ? dayIndex(last.text) : from;
    const length = ((to - from + 7) % 7) + 1;
    return Array.from({ length }, (_, step) => (from + step) % 7);
  });
}

function spansOfDay({ from, to, zone }: Hours, day: number): WeekSpan[] {
  const start = day * minutesPerDay + from;
  const end = day * minutesPerDay + (to <= from ? to + minutesPerDay : to);
  const whole = { zone: zone.text, start, end };
  if (end <= minutesPerWeek) return [whole];
  return [
    { ...whole, end: minutesPerWeek },
    { ...whole, start: 0, end: end - minutesPerWeek },
  ];
}
