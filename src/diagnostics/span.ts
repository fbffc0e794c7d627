import type { Source } from './source.ts';

/** A stretch of a source: `start` is its first offset, `end` the offset after its last. */
export interface Span {
  readonly source: Source;
  readonly start: number;
  readonly end: number;
}

export function spanText(span: Span): string {
  return span.source.text.slice(span.start, span.end);
}

/** The smallest span that holds both, which must be of one source. */
export function joinSpans(first: Span, last: Span): Span {
  return { source: first.source, start: Math.min(first.start, last.start), end: Math.max(first.end, last.end) };
}
