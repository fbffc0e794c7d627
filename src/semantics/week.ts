/** Days as schedules write them; the week begins on Monday. */
export const weekDays: readonly string[] = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'];

export const minutesPerDay = 24 * 60;
export const minutesPerWeek = 7 * minutesPerDay;

/** `mon 09:30` as minutes since Monday 00:00. */
export function readWeekMinute(text: string): number | undefined {
  const match = /^(mon|tue|wed|thu|fri|sat|sun) (\d{2}):(\d{2})$/.exec(text);
  const [, day = '', hour, minute] = match ?? [];
  const of = Number(hour) * 60 + Number(minute);
  if (!match || Number(minute) > 59 || of >= minutesPerDay) return undefined;
  return weekDays.indexOf(day) * minutesPerDay + of;
}

export function writeWeekMinute(minutes: number): string {
  const ofDay = minutes % minutesPerDay;
  const two = (number: number) => String(number).padStart(2, '0');
  return `${weekDays[Math.floor(minutes / minutesPerDay)]} ${two(Math.floor(ofDay / 60))}:${two(ofDay % 60)}`;
}

/** The fact that tells the time of the week in a zone. */
export const nowIn = (zone: string): string => `now.${zone}`;

/** Whether the language's own calendar data knows the zone; nothing is computed with it here. */
export function isZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
}
