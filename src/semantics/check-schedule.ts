import { didYouMean } from '../diagnostics/did-you-mean.ts';
import { suggest } from '../diagnostics/suggest.ts';
import type { Hours, Name, Schedule } from '../syntax/ast.ts';
import type { Context } from './context.ts';
import { listWords } from './describe.ts';
import type { WeekSpan } from './typed.ts';
import { isZone, minutesPerDay, minutesPerWeek, weekDays } from './week.ts';

/** Every day and every zone that a schedule names exists. */
export function checkSchedule(context: Context, schedule: Schedule): void {
  for (const { days, zone } of schedule.hours) {
    for (const { first, last } of days) for (const day of last ? [first, last] : [first]) checkDay(context, day);
    if (!isZone(zone.text)) {
      const near = nearestZone(zone.text);
      const help = 'use a name of the IANA list: `"Europe/Paris"`, `"America/New_York"`, `"UTC"`';
      const mend = near
        ? { help: `did you mean \`"${near}"\`?`, fix: [{ span: zone.span, newText: JSON.stringify(near) }] }
        : { help };
      context.findings.error('unknown-zone', zone.span, `there is no time zone \`${zone.text}\``, mend);
    }
  }
}

function checkDay(context: Context, { text, span }: Name): void {
  if (dayIndex(text) !== -1) return;
  const [, first, last] = /^([a-z]{3})-([a-z]{3})$/.exec(text) ?? [];
  if (first && last && dayIndex(first) !== -1 && dayIndex(last) !== -1) {
    const days = `${first}..${last}`;
    context.findings.error('unknown-word', span, `\`${text}\` is not a day`, {
      help: `write \`${days}\``,
      fix: [{ span, newText: days }],
    });
    return;
  }
  const near = weekDays.find((day) => text.toLowerCase().startsWith(day)) ?? suggest(text, weekDays);
  const mend = didYouMean(span, near, `days are ${listWords(weekDays, weekDays.length)}`);
  context.findings.error('unknown-word', span, `\`${text}\` is not a day`, mend);
}

/** The zone of a city, or one that is spelt nearly so. */
function nearestZone(text: string): string | undefined {
  const zones = Intl.supportedValuesOf('timeZone');
  const city = `/${text.trim().replaceAll(' ', '_').toLowerCase()}`;
  return zones.find((zone) => zone.toLowerCase().endsWith(city)) ?? suggest(text, zones);
}

const dayIndex = (word: string): number => weekDays.indexOf(word);

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
