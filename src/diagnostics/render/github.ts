import type { Diagnostic } from '../diagnostic.ts';
import { renderJson } from './json.ts';

const levels = { error: 'error', warning: 'warning', hint: 'notice' } as const;

/** A line that GitHub Actions shows beside the changed code (a workflow command). */
export function renderGithub(diagnostic: Diagnostic): string {
  const { file, line, column, endLine, endColumn, code, message, help } = renderJson(diagnostic);
  const place = `file=${property(file)},line=${line},col=${column},endLine=${endLine},endColumn=${endColumn}`;
  const text = help === undefined ? message : `${message}\n${help}`;
  return `::${levels[diagnostic.severity]} ${place},title=${property(code)}::${escaped(text)}`;
}

const escaped = (text: string): string => text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');

const property = (text: string): string => escaped(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
