/** A text that a user wrote, with the name under which diagnostics show it (usually a path). */
export interface Source {
  readonly name: string;
  readonly text: string;
  /** Offset at which each line begins; the first is 0. */
  readonly lineStarts: readonly number[];
}

/** A place in a source: both count from 1, columns in UTF-16 units. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

/** Half characters, which no file can hold, are replaced as a file's reader would. */
export function createSource(name: string, written: string): Source {
  const text = written.toWellFormed();
  const lineStarts = [0];
  for (let offset = 0; offset < text.length; offset++) {
    const unit = text.charCodeAt(offset);
    const endsLine = unit === 10 || (unit === 13 && text.charCodeAt(offset + 1) !== 10);
    if (endsLine) lineStarts.push(offset + 1);
  }
  return { name, text, lineStarts };
}

/** The line and column of an offset; an offset past the end is the end. */
export function positionAt(source: Source, offset: number): Position {
  const at = Math.min(Math.max(offset, 0), source.text.length);
  let low = 0;
  let high = source.lineStarts.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((source.lineStarts[middle] ?? 0) <= at) low = middle;
    else high = middle - 1;
  }
  return { line: low + 1, column: at - (source.lineStarts[low] ?? 0) + 1 };
}

/** The text of a line (from 1), without its line end. */
export function lineText(source: Source, line: number): string {
  const start = source.lineStarts[line - 1] ?? source.text.length;
  const end = source.lineStarts[line] ?? source.text.length;
  return source.text.slice(start, end).replace(/[\r\n]+$/, '');
}
