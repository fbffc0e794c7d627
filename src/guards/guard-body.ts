import type { JsonObject } from '../protocol/json.ts';
import { replaceTexts, type TextSlot } from '../protocol/texts/slot.ts';
import type { ActiveGuard, Blocked, Place, Report } from './guard.ts';
import { blockedBy, type GuardedRequest, type GuardedText, guardText, reportFailure } from './guard-text.ts';
import { longestOnThread } from './long-text.ts';

/** A body as it may pass; as it came where it is blocked. */
export interface GuardedBody {
  readonly body: JsonObject;
  readonly blocked: Blocked | null;
  readonly reports: readonly Report[];
}

/** Every text of a body through the guards of its point. */
export async function guardBody(
  body: JsonObject,
  slots: readonly TextSlot[],
  point: Place['point'],
  guards: readonly ActiveGuard[],
  request: GuardedRequest,
): Promise<GuardedBody> {
  const units = slots.reduce((sum, { text }) => sum + text.length, 0);
  const surroundings = { ...request, isLong: units > longestOnThread };
  const guarded = await Promise.all(slots.map((slot) => guardSlot(slot, point, guards, surroundings)));
  const blocked = guarded.find((text) => text.blocked !== null)?.blocked ?? null;
  const reports = sumReports(guarded.flatMap((text) => text.reports));
  const texts = guarded.map(({ text }) => text);
  return { body: blocked ? body : replaceTexts(body, slots, texts), blocked, reports };
}

async function guardSlot(
  { form, role, text }: TextSlot,
  point: Place['point'],
  guards: readonly ActiveGuard[],
  request: GuardedRequest,
): Promise<GuardedText> {
  if (form === 'opaque') return unreadable(guards);
  return guardText(text, { point, role, form: form === 'text' ? 'text' : 'json' }, guards, request);
}

/** Nobody can tell what tokens say without the vocabulary that they are of. */
function unreadable(guards: readonly ActiveGuard[]): GuardedText {
  const blocked = guards.map((guard) => blockedBy(guard, null)).find((why) => why !== null) ?? null;
  return { text: '', blocked, reports: guards.map(reportFailure) };
}

/** One report for what is alike. */
export function sumReports(reports: readonly Report[]): readonly Report[] {
  const sums = new Map<string, Report>();
  for (const report of reports) {
    const key = JSON.stringify([report.guard, report.action, report.outcome, report.rule]);
    sums.set(key, { ...report, count: report.count + (sums.get(key)?.count ?? 0) });
  }
  return [...sums.values()];
}
