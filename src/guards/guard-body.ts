import type { JsonObject } from '../protocol/json.ts';
import { replaceTexts, type TextSlot } from '../protocol/texts/slot.ts';
import type { ActiveGuard, Blocked, Place, PlacedText, Report } from './guard.ts';
import { blockedBy, type GuardedRequest, type GuardedText, reportFailure, settleText } from './guard-text.ts';
import type { Inspected } from './inspector.ts';
import { longestOnThread } from './long-text.ts';
import { openText } from './opened-text.ts';

/** A body as it may pass; as it came where it is blocked. */
export interface GuardedBody {
  readonly body: JsonObject;
  readonly blocked: Blocked | null;
  readonly reports: readonly Report[];
}

/** Every text of a body through the guards of its point: each guard is asked about all of them at once. */
export async function guardBody(
  body: JsonObject,
  slots: readonly TextSlot[],
  point: Place['point'],
  guards: readonly ActiveGuard[],
  request: GuardedRequest,
): Promise<GuardedBody> {
  const units = slots.reduce((sum, { text }) => sum + text.length, 0);
  const surroundings = { ...request, isLong: units > longestOnThread };
  const placed = slots.map((slot) => placeSlot(slot, point));
  const readable = placed.filter((text) => text !== undefined);
  const inspected = await Promise.all(
    guards.map(({ guard }) => request.inspector.inspectAll(guard, readable, surroundings)),
  );
  const outcomes = new Map(readable.map((text, index) => [text, inspected.map((ofGuard) => ofGuard[index])]));
  const guarded = placed.map((text) => {
    if (text === undefined) return unreadable(guards);
    const settle = text.isNames ? settleNames : settleText;
    const settled = settle(text, guards, outcomes.get(text) ?? [], request);
    return { ...settled, text: text.close(settled.text) };
  });
  const blocked = guarded.find((text) => text.blocked !== null)?.blocked ?? null;
  const reports = sumReports(guarded.flatMap((text) => text.reports));
  const texts = guarded.map(({ text }) => text);
  return { body: blocked ? body : replaceTexts(body, slots, texts), blocked, reports };
}

interface PlacedSlot extends PlacedText {
  readonly close: (text: string) => string;
  readonly isNames: boolean;
}

/** Undefined where the text cannot be read. */
function placeSlot(slot: TextSlot, point: Place['point']): PlacedSlot | undefined {
  const opened = openText(slot);
  if (opened === undefined) return undefined;
  const { text, form, close } = opened;
  return { text, place: { point, role: slot.role, form }, close, isNames: slot.form === 'names' };
}

/** A name that was changed in one place would name nothing: what is to be redacted in one is blocked. */
function settleNames(
  names: PlacedText,
  guards: readonly ActiveGuard[],
  inspected: readonly (Inspected | undefined)[],
  request: GuardedRequest,
): GuardedText {
  const strict = guards.map(
    (guard) => ({ ...guard, action: guard.action === 'observe' ? guard.action : 'block' }) as const,
  );
  const { blocked, reports } = settleText(names, strict, inspected, request);
  const wanted = guards.find(({ guard }) => guard.config.name === blocked?.guard);
  return { text: names.text, blocked: blocked && { ...blocked, inName: wanted?.action === 'redact' }, reports };
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
