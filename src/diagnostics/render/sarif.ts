import type { Diagnostic } from '../diagnostic.ts';
import { renderJson } from './json.ts';

const levels = { error: 'error', warning: 'warning', hint: 'note' } as const;

/** Diagnostics as a SARIF 2.1.0 log, the form that code scanners exchange. */
export function renderSarif(diagnostics: readonly Diagnostic[], version: string) {
  const codes = [...new Set(diagnostics.map(({ code }) => code))].sort();
  return {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: { driver: { name: 'llmpolicy', version, rules: codes.map((id) => ({ id })) } },
        columnKind: 'utf16CodeUnits',
        results: diagnostics.map(renderResult),
      },
    ],
  };
}

function renderResult(diagnostic: Diagnostic) {
  const { code, message, help, file, line, column, endLine, endColumn } = renderJson(diagnostic);
  const region = { startLine: line, startColumn: column, endLine, endColumn };
  return {
    ruleId: code,
    level: levels[diagnostic.severity],
    message: { text: help === undefined ? message : `${message}; ${help}` },
    locations: [{ physicalLocation: { artifactLocation: { uri: file.replaceAll('\\', '/') }, region } }],
  };
}
