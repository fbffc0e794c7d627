import type { DiagnosticCode } from './codes.ts';
import type { Diagnostic, Severity } from './diagnostic.ts';
import type { Span } from './span.ts';

type Details = Partial<Pick<Diagnostic, 'secondary' | 'notes' | 'help' | 'fix' | 'witness'>> & {
  /** What to say beside the underlined text. */
  readonly label?: string;
};

function report(severity: Severity, code: DiagnosticCode, span: Span, message: string, details: Details): Diagnostic {
  const { label, ...rest } = details;
  const primary = label === undefined ? { span } : { span, message: label };
  return { code, severity, message, primary, secondary: [], notes: [], ...rest };
}

export function errorAt(code: DiagnosticCode, span: Span, message: string, details: Details = {}): Diagnostic {
  return report('error', code, span, message, details);
}

export function hintAt(code: DiagnosticCode, span: Span, message: string, details: Details = {}): Diagnostic {
  return report('hint', code, span, message, details);
}

export function warningAt(code: DiagnosticCode, span: Span, message: string, details: Details = {}): Diagnostic {
  return report('warning', code, span, message, details);
}
