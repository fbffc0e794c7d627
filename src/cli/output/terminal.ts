import type { Diagnostic, Severity } from '../../diagnostics/diagnostic.ts';
import { renderHuman, type Style, summarise } from '../../diagnostics/render/human.ts';
import { messageColours } from './colours.ts';

/** Where a command writes. Results go to `out`; all that is said about them goes to `err`. */
export interface Terminal {
  readonly out: (text: string) => void;
  readonly err: (text: string) => void;
}

export const processTerminal: Terminal = {
  out: (text) => void process.stdout.write(`${text}\n`),
  err: (text) => void process.stderr.write(`${text}\n`),
};

const paint: Readonly<Record<Severity, (text: string) => string>> = {
  error: messageColours.red,
  warning: messageColours.yellow,
  hint: messageColours.cyan,
};

const style: Style = {
  severity: (severity, text) => paint[severity](text),
  strong: messageColours.bold,
  frame: messageColours.dim,
};

/** All findings, how many they are, and where the first error is explained. */
export function renderDiagnostics(diagnostics: readonly Diagnostic[]): string {
  const blocks = diagnostics.map((diagnostic) => renderHuman(diagnostic, style));
  const summary = summarise(diagnostics);
  const first = diagnostics.find(({ severity }) => severity === 'error');
  const more = first ? [`explain: llmpolicy explain ${first.code}`] : [];
  return [...blocks, ...(summary === '' ? [] : [[summary, ...more].join('\n')])].join('\n\n');
}
