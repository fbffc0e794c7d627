import type { Finding } from './guard.ts';
import { type JsonValueSpan, viewJson } from './json-view.ts';
import type { Placeholders } from './placeholders.ts';

/** What is to be redacted; `final` is never put back. */
export type Stretch = Pick<Finding, 'start' | 'end' | 'kind'> & { readonly final: boolean };

export const inOrder = <Span extends { readonly start: number; readonly end: number }>(
  spans: readonly Span[],
): Span[] => spans.toSorted((a, b) => a.start - b.start || b.end - a.end);

/** The stretches without their overlaps: what an earlier one covers is cut off the later. */
export function withoutOverlaps<Span extends { readonly start: number; readonly end: number }>(
  spans: readonly Span[],
): Span[] {
  let covered = 0;
  return inOrder(spans).flatMap((span) => {
    const start = Math.max(span.start, covered);
    if (span.end <= start) return [];
    covered = span.end;
    return [{ ...span, start }];
  });
}

/** The text with a placeholder in place of each stretch. */
export function redactText(text: string, stretches: readonly Stretch[], placeholders: Placeholders): string {
  let [redacted, read] = ['', 0];
  for (const { start, end, kind, final } of withoutOverlaps(stretches)) {
    redacted += text.slice(read, start) + placeholders.of(kind, text.slice(start, end), { final });
    read = end;
  }
  return redacted + text.slice(read);
}

/** What of a stretch lies in strings and numbers: the rest of a JSON text holds no content. A number goes as a whole. */
function inValues(stretches: readonly Stretch[], values: readonly JsonValueSpan[]) {
  const parts: (Stretch & { readonly bare: boolean })[] = [];
  let first = 0;
  for (const stretch of withoutOverlaps(stretches)) {
    while (first < values.length && (values[first]?.end ?? 0) <= stretch.start) first++;
    for (let index = first; index < values.length; index++) {
      const value = values[index];
      if (!value || value.start >= stretch.end) break;
      const bare = value.kind === 'number';
      const start = bare ? value.start : Math.max(value.start, stretch.start);
      const end = bare ? value.end : Math.min(value.end, stretch.end);
      if (start < end) parts.push({ ...stretch, start, end, bare });
    }
  }
  return withoutOverlaps(parts);
}

/**
 * The JSON text with placeholders in place of stretches of its view. What was valid JSON stays so: strings are redacted inside
 * their quotes, and a number becomes a string.
 */
export function redactJson(raw: string, stretches: readonly Stretch[], placeholders: Placeholders): string {
  const view = viewJson(raw);
  let [redacted, read] = ['', 0];
  for (const { start, end, kind, bare, final } of inValues(stretches, view.values)) {
    const place = view.raw(start, end);
    const placeholder = placeholders.of(kind, view.text.slice(start, end), { bare, final });
    redacted += raw.slice(read, place.start) + (bare ? `"${placeholder}"` : placeholder);
    read = place.end;
  }
  return redacted + raw.slice(read);
}
