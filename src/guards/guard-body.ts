import type { JsonObject } from '../protocol/json.ts';
import { replaceTexts, type TextSlot } from '../protocol/texts/slot.ts';
import type { ActiveGuard, Blocked, Place, Report } from './guard.ts';
import { blockedBy, type GuardedRequest, type GuardedText, guardText, reportFailure } from './guard-text.ts';
import { longestOnThread } from './long-text.ts';
import { openText } from './opened-text.ts';

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
  slot: TextSlot,
  point: Place['point'],
  guards: readonly ActiveGuard[],
  request: GuardedRequest,
): Promise<GuardedText> {
  const opened = openText(slot);
  if (opened === undefined) return unreadable(guards);
  const place = { point, role: slot.role, form: opened.form };
  if (slot.form === 'names') return guardNames(slot.text, place, guards, request);
  const guarded = await guardText(opened.text, place, guards, request);
  return { ...guarded, text: opened.close(guarded.text) };
}

/** A name that was changed in one place would name nothing: what is to be redacted in one is blocked. */
async function guardNames(
  text: string,
  place: Place,
  guards: readonly ActiveGuard[],
  request: GuardedRequest,
): Promise<GuardedText> {
  const strict = guards.map(
    (guard) => ({ ...guard, action: guard.action === 'observe' ? guard.action : 'block' }) as const,
  );
  const { blocked, reports } = await guardText(text, place, strict, request);
  const wanted = guards.find(({ guard }) => guard.config.name === blocked?.guard);
  return { text, blocked: blocked && { ...blocked, inName: wanted?.action === 'redact' }, reports };
}

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
