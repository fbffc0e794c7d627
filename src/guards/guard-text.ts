import type { ActiveGuard, Blocked, Finding, Place, PlacedText, Report } from './guard.ts';
import type { Inspected, Inspector, RequestSurroundings } from './inspector.ts';
import { viewJson } from './json-view.ts';
import type { Placeholders } from './placeholders.ts';
import { redactJson, redactText, type Stretch } from './redact.ts';

/** What one request has at hand for all its texts. */
export interface GuardedRequest extends RequestSurroundings {
  readonly inspector: Inspector;
  readonly placeholders: Placeholders;
}

/** A text as it may pass: empty where it is blocked. */
export interface GuardedText {
  readonly text: string;
  readonly blocked: Blocked | null;
  readonly reports: readonly Report[];
}

/** How often each rule of a guard was found. */
export function reportsOf({ guard, action }: ActiveGuard, findings: readonly Finding[]): readonly Report[] {
  const counts = new Map<string, number>();
  for (const { rule } of findings) counts.set(rule, (counts.get(rule) ?? 0) + 1);
  return [...counts].map(([rule, count]) => ({ guard: guard.config.name, action, outcome: 'found', rule, count }));
}

export function reportFailure({ guard, action }: ActiveGuard): Report {
  return { guard: guard.config.name, action, outcome: 'failed', rule: 'failed', count: 1 };
}

/** What goes out is not put back: the caller was not to see it. */
export function stretchesOf(
  { guard }: ActiveGuard,
  findings: readonly Finding[],
  { point }: Place,
): readonly Stretch[] {
  const final = point === 'output' || !guard.config.restore;
  return findings.map(({ start, end, kind }) => ({ start, end, kind, final }));
}

/** Why the outcome of a guard blocks, if it does. A guard that only observes blocks nothing, whatever becomes of it. */
export function blockedBy({ guard, action }: ActiveGuard, findings: readonly Finding[] | null): Blocked | null {
  const { name, onError } = guard.config;
  if (findings === null) return onError === 'block' && action !== 'observe' ? { guard: name, rule: 'failed' } : null;
  const first = findings.reduce<Finding | null>(
    (least, next) => (least && least.start <= next.start ? least : next),
    null,
  );
  return action === 'block' && first ? { guard: name, rule: first.rule } : null;
}

function lookalikesIn(text: string, { form }: Place, placeholders: Placeholders): readonly Stretch[] {
  if (form === 'json' && !placeholders.mayResemble(text)) return [];
  const spans = placeholders.lookalikes(form === 'json' ? viewJson(text).text : text);
  return spans.map((span) => ({ ...span, kind: 'literal', final: false }));
}

/**
 * A whole text through every guard of its point: all see the text as it came. The same for a message, a system prompt, a tool's
 * arguments and result, the input of embeddings, an answer and a cached one.
 */
export async function guardText(
  text: string,
  place: Place,
  guards: readonly ActiveGuard[],
  request: GuardedRequest,
): Promise<GuardedText> {
  const { inspector } = request;
  const inspected = await Promise.all(guards.map(({ guard }) => inspector.inspect(guard, text, place, request)));
  return settleText({ text, place }, guards, inspected, request);
}

/** What becomes of a text after each guard, in their order, has looked at it. */
export function settleText(
  { text, place }: PlacedText,
  guards: readonly ActiveGuard[],
  inspected: readonly (Inspected | undefined)[],
  { placeholders }: Pick<GuardedRequest, 'placeholders'>,
): GuardedText {
  const reports: Report[] = [];
  const stretches: Stretch[] = [];
  let blocked: Blocked | null = null;
  for (const [index, active] of guards.entries()) {
    const outcome = inspected[index];
    const findings = outcome?.kind === 'findings' ? outcome.findings : null;
    reports.push(...(findings ? reportsOf(active, findings) : [reportFailure(active)]));
    blocked ??= blockedBy(active, findings);
    if (active.action === 'redact' && findings) stretches.push(...stretchesOf(active, findings, place));
  }
  if (blocked) return { text: '', blocked, reports };
  // What came from the caller and looks like one of our own placeholders must come back as it was.
  if (place.point === 'input') stretches.push(...lookalikesIn(text, place, placeholders));
  if (stretches.length === 0) return { text, blocked, reports };
  const redact = place.form === 'json' ? redactJson : redactText;
  return { text: redact(text, stretches, placeholders), blocked, reports };
}
