import type { Diagnostic, Label, Severity } from '../diagnostic.ts';
import { lineText, positionAt, type Source } from '../source.ts';

/** How parts of a message are coloured; the default leaves them plain. */
export interface Style {
  readonly severity: (severity: Severity, text: string) => string;
  readonly strong: (text: string) => string;
  readonly frame: (text: string) => string;
}

export const plainStyle: Style = { severity: (_, text) => text, strong: (text) => text, frame: (text) => text };

/** A finding with the lines it speaks of, the places underlined, and what to do. */
export function renderHuman(diagnostic: Diagnostic, style: Style = plainStyle): string {
  const { code, severity, message, primary, notes, help } = diagnostic;
  const head = `${style.severity(severity, `${severity}[${code}]`)}${style.strong(`: ${message}`)}`;
  const { source, start } = primary.span;
  const at = positionAt(source, start);
  const lines = labelledLines(diagnostic);
  const width = Math.max(...lines.map(({ line }) => String(line).length));
  const margin = ' '.repeat(width);
  const place = `${margin} ${style.frame('┌─')} ${source.name}:${at.line}:${at.column}`;
  const body = lines.flatMap((line) => renderLine(line, width, severity, style));
  const footer = [...notes, ...elsewhere(diagnostic), ...(help === undefined ? [] : [help])].map(
    (text) => `${margin} ${style.frame('=')} ${text}`,
  );
  return [head, place, ...body, ...footer].join('\n');
}

/** Places in other files, whose lines are not shown. */
function elsewhere({ primary, secondary }: Diagnostic): string[] {
  return secondary
    .filter(({ span }) => span.source !== primary.span.source)
    .map(({ span, message = 'see' }) => {
      const { line, column } = positionAt(span.source, span.start);
      return `${message}: ${span.source.name}:${line}:${column}`;
    });
}

/** A line and what is underlined in it. Columns count from 0; `end` is the column after the last. */
interface LabelledLine {
  readonly line: number;
  readonly text: string;
  readonly marks: readonly {
    readonly start: number;
    readonly end: number;
    readonly primary: boolean;
    readonly message: string;
  }[];
}

function labelledLines({ primary, secondary }: Diagnostic): LabelledLine[] {
  const { source } = primary.span;
  const shown = [primary, ...secondary.filter(({ span }) => span.source === source)];
  const byLine = Map.groupBy(shown, (label) => positionAt(source, label.span.start).line);
  return [...byLine]
    .sort(([a], [b]) => a - b)
    .map(([line, labels]) => ({
      line,
      text: lineText(source, line),
      marks: labels.map((label) => ({
        ...columns(source, line, label),
        primary: label === primary,
        message: label.message ?? '',
      })),
    }));
}

/** Where a label stands in its first line; at least one column, also at the end of the text. */
function columns(source: Source, line: number, { span }: Label): { start: number; end: number } {
  const begin = source.lineStarts[line - 1] ?? 0;
  const start = span.start - begin;
  const end = Math.min(span.end - begin, lineText(source, line).length);
  return { start, end: Math.max(end, start + 1) };
}

function renderLine({ line, text, marks }: LabelledLine, width: number, severity: Severity, style: Style): string[] {
  const bar = style.frame('│');
  const code = `${String(line).padStart(width)} ${bar} ${text.replaceAll('\t', ' ')}`;
  const underlines = marks.map(({ start, end, primary, message }) => {
    const mark = (primary ? '^' : '-').repeat(end - start);
    const said = message === '' ? mark : `${mark} ${message}`;
    return `${' '.repeat(width)} ${bar} ${' '.repeat(start)}${primary ? style.severity(severity, said) : style.frame(said)}`;
  });
  return [code.trimEnd(), ...underlines];
}

/** `2 errors, 1 warning`, or an empty text. */
export function summarise(diagnostics: readonly Diagnostic[]): string {
  const count = (severity: Severity) => {
    const number = diagnostics.filter((diagnostic) => diagnostic.severity === severity).length;
    return number === 0 ? [] : [`${number} ${severity}${number === 1 ? '' : 's'}`];
  };
  return [...count('error'), ...count('warning'), ...count('hint')].join(', ');
}
