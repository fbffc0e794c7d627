import { warningAt } from '../../diagnostics/report.ts';
import { spanText } from '../../diagnostics/span.ts';
import type { LintedFile } from './linted-file.ts';

/** A pattern of `like` has a `*`: without one it is the whole text, which `==` says better. */
export function openPatterns(files: readonly LintedFile[]): void {
  for (const { context, expressions } of files) {
    for (const expression of expressions) {
      if (expression.kind !== 'like' || expression.pattern.includes('*')) continue;
      const { pattern, patternSpan, operand } = expression;
      context.findings.add(
        warningAt('like-without-star', patternSpan, '`like` without `*` asks for the whole text', {
          help: `write \`${spanText(operand.span)} == ${spanText(patternSpan)}\`, or \`"*${pattern}*"\` to find it anywhere`,
        }),
      );
    }
  }
}
