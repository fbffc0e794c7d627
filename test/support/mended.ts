import type { Diagnostic } from '../../src/diagnostics/diagnostic.ts';

/** A text with every certain fix applied, from its end to its beginning. */
export function mended(text: string, diagnostics: readonly Diagnostic[]): string {
  const edits = diagnostics.flatMap(({ fix = [] }) => fix).toSorted((a, b) => b.span.start - a.span.start);
  return edits.reduce((left, { span, newText }) => left.slice(0, span.start) + newText + left.slice(span.end), text);
}
