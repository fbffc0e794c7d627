import type { Diagnostic } from '../diagnostic.ts';
import { positionAt } from '../source.ts';
import type { Span } from '../span.ts';

/** A diagnostic as `--format json` prints it: lines and columns from 1, the end being the column after the last. */
export interface DiagnosticJson {
  readonly code: string;
  readonly severity: string;
  readonly message: string;
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly endLine: number;
  readonly endColumn: number;
  readonly notes?: readonly string[];
  readonly help?: string;
  readonly fix?: readonly (PlaceJson & { readonly newText: string })[];
  readonly witness?: Readonly<Record<string, unknown>>;
}

type PlaceJson = Pick<DiagnosticJson, 'file' | 'line' | 'column' | 'endLine' | 'endColumn'>;

export function renderJson(diagnostic: Diagnostic): DiagnosticJson {
  const { code, severity, message, primary, notes, help, fix, witness } = diagnostic;
  return {
    code,
    severity,
    message,
    ...place(primary.span),
    ...(notes.length > 0 && { notes }),
    ...(help !== undefined && { help }),
    ...(fix && { fix: fix.map(({ span, newText }) => ({ ...place(span), newText })) }),
    ...(witness && { witness }),
  };
}

function place({ source, start, end }: Span): PlaceJson {
  const from = positionAt(source, start);
  const to = positionAt(source, end);
  return { file: source.name, line: from.line, column: from.column, endLine: to.line, endColumn: to.column };
}
