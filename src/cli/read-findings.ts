import { z } from 'zod';
import type { DiagnosticCode } from '../diagnostics/codes.ts';
import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import { createSource, type Source } from '../diagnostics/source.ts';
import type { Span } from '../diagnostics/span.ts';
import type { PolicyContent } from '../gateway/policy-content.ts';

const findingShape = z.looseObject({
  code: z.string(),
  severity: z.enum(['error', 'warning', 'hint']),
  message: z.string(),
  file: z.string(),
  line: z.number(),
  column: z.number(),
  endLine: z.number(),
  endColumn: z.number(),
  notes: z.array(z.string()).optional(),
  help: z.string().optional(),
});
const findingsShape = z.looseObject({ diagnostics: z.array(findingShape) });

type Finding = z.output<typeof findingShape>;

/** Findings that a gateway tells of what was pushed, at their places in the files; undefined for an answer that tells none. */
export function readFindings(answer: unknown, { files }: PolicyContent): readonly Diagnostic[] | undefined {
  const read = findingsShape.safeParse(answer);
  if (!read.success) return undefined;
  const sources = new Map(Object.entries(files).map(([name, text]) => [name, createSource(name, text)]));
  return read.data.diagnostics.map((finding) => {
    const source = sources.get(finding.file) ?? createSource(finding.file, '');
    const { severity, message, notes = [], help } = finding;
    // A gateway of another version may know codes that this one does not: they are printed as they are.
    const code = finding.code as DiagnosticCode;
    const primary = { span: spanOf(source, finding) };
    return { code, severity, message, primary, secondary: [], notes, ...(help === undefined ? {} : { help }) };
  });
}

function spanOf(source: Source, { line, column, endLine, endColumn }: Finding): Span {
  const at = (row: number, place: number) =>
    Math.min((source.lineStarts[row - 1] ?? 0) + place - 1, source.text.length);
  return { source, start: at(line, column), end: at(endLine, endColumn) };
}
