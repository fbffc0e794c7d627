import { lineText, positionAt, type Source } from '../diagnostics/source.ts';
import type { Span } from '../diagnostics/span.ts';

/** The stretch, cut at the end of its first line. */
export function firstLine(source: Source, start: number, end: number): Span {
  const { line } = positionAt(source, start);
  const lineEnd = (source.lineStarts[line - 1] ?? 0) + lineText(source, line).length;
  return { source, start, end: Math.max(Math.min(end, lineEnd), start) };
}
