import type { DiagnosticCode } from './codes.ts';
import type { Span } from './span.ts';

export type Severity = 'error' | 'warning' | 'hint';

/** A place that a diagnostic points at, and what to say beside it. */
export interface Label {
  readonly span: Span;
  readonly message?: string;
}

/** An edit of the source that certainly mends the finding. */
export interface TextEdit {
  readonly span: Span;
  readonly newText: string;
}

/**
 * Something an author should know about what they wrote: a value, collected, never thrown.
 * `message` says what is wrong (lower case, no final period, user text in back-quotes), `notes` why, `help` what to do.
 */
export interface Diagnostic {
  readonly code: DiagnosticCode;
  readonly severity: Severity;
  readonly message: string;
  readonly primary: Label;
  readonly secondary: readonly Label[];
  readonly notes: readonly string[];
  readonly help?: string;
  readonly fix?: readonly TextEdit[];
  /** Facts, in their JSON form, of a request that shows the finding. */
  readonly witness?: Readonly<Record<string, unknown>>;
}

/** The result of every phase that reads what an author wrote: as much of a value as could be made, and all findings. */
export interface Parsed<T> {
  readonly value: T | undefined;
  readonly diagnostics: readonly Diagnostic[];
}

export function hasErrors(diagnostics: readonly Diagnostic[]): boolean {
  return diagnostics.some((diagnostic) => diagnostic.severity === 'error');
}
