import type { PolicyFile } from '../syntax/ast.ts';
import type { Findings } from './context.ts';

/** The editions of the language that this version understands. */
export const editions: readonly number[] = [2026];

export function checkHeader(findings: Findings, file: PolicyFile): void {
  if (!file.complete) return;
  const start = { ...file.span, end: Math.min(1, file.span.end) };
  const help = `begin it with \`edition ${editions.at(-1)}\``;
  if (!file.edition) {
    findings.error('no-header', start, 'the policy does not say which edition of the language it is written in', {
      help,
    });
  } else if (!editions.includes(file.edition.value)) {
    findings.error('unknown-edition', file.edition.span, `there is no edition ${file.edition.value}`, { help });
  }
  if (!file.name)
    findings.error('no-name', start, 'the policy has no name', { help: 'write `policy "team/app"` below the edition' });
}
