import type { PolicyFile } from '../syntax/ast.ts';
import type { Findings } from './context.ts';

/** The editions of the language that this version understands. */
export const editions: readonly number[] = [2026];

export function checkHeader(findings: Findings, file: PolicyFile): void {
  if (!file.complete) return;
  const start = { ...file.span, end: Math.min(1, file.span.end) };
  const current = `edition ${editions.at(-1)}`;
  if (!file.edition) {
    findings.error('no-header', start, 'the policy does not say which edition of the language it is written in', {
      help: `begin it with \`${current}\``,
      fix: [{ span: { ...file.span, end: file.span.start }, newText: `${current}\n` }],
    });
  } else if (!editions.includes(file.edition.value)) {
    const said = `this version of llmpolicy does not know edition ${file.edition.value} of the language`;
    findings.error('unknown-edition', file.edition.span, said, {
      help: `write \`${current}\`, or use a version that knows it`,
      fix: [{ span: file.edition.span, newText: String(editions.at(-1)) }],
    });
  }
  if (!file.name)
    findings.error('no-name', start, 'the policy has no name', { help: 'write `policy "team/app"` below the edition' });
}
