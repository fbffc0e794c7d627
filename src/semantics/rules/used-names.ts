import { warningAt } from '../../diagnostics/report.ts';
import type { LintedFile } from './linted-file.ts';

/** Every `let` and every schedule is used by some rule. A parent's may be meant for the files that extend it. */
export function usedNames(files: readonly LintedFile[]): void {
  const last = files.at(-1);
  for (const item of last?.file.items ?? []) {
    if ((item.kind !== 'let' && item.kind !== 'schedule') || last?.context.used.has(item.name.text)) continue;
    last?.context.findings.add(
      warningAt('unused-name', item.name.span, `\`${item.name.text}\` is used nowhere`, { help: 'delete it' }),
    );
  }
}
