import { warningAt } from '../../diagnostics/report.ts';
import { joinSpans, spanText } from '../../diagnostics/span.ts';
import type { Coalesce } from '../../syntax/ast.ts';
import type { Context } from '../context.ts';
import { isNeverMissing } from '../never-missing.ts';
import type { LintedFile } from './linted-file.ts';

/** What stands before `??` may be missing: else what stands behind it never counts. */
export function presentDefaults(files: readonly LintedFile[]): void {
  for (const { context, expressions } of files)
    for (const expression of expressions) if (expression.kind === 'coalesce') checkCoalesce(context, expression);
}

function checkCoalesce(context: Context, { operands, span }: Coalesce): void {
  const index = operands.slice(0, -1).findIndex((operand) => isNeverMissing(context, operand));
  const [certain, next, last] = [operands[index], operands[index + 1], operands.at(-1)];
  if (!certain || !next || !last) return;
  const rest = joinSpans(next.span, last.span);
  context.findings.add(
    warningAt('useless-default', rest, `\`${spanText(certain.span)}\` is never missing, so this default never counts`, {
      help: `write \`${spanText({ ...span, end: certain.span.end })}\``,
      fix: [{ span: { ...rest, start: certain.span.end }, newText: '' }],
    }),
  );
}
