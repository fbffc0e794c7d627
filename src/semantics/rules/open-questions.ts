import { warningAt } from '../../diagnostics/report.ts';
import { spanText } from '../../diagnostics/span.ts';
import type { Known } from '../../syntax/ast.ts';
import type { Context } from '../context.ts';
import { isNeverMissing } from '../never-missing.ts';
import type { LintedFile } from './linted-file.ts';

/** `is known` is asked of what may be missing. */
export function openQuestions(files: readonly LintedFile[]): void {
  for (const { context, expressions } of files)
    for (const expression of expressions) if (expression.kind === 'known') checkKnown(context, expression);
}

function checkKnown(context: Context, { operand, negated, span }: Known): void {
  if (!isNeverMissing(context, operand)) return;
  const outcome = negated ? 'this never holds' : 'this always holds';
  const key = spanText(operand.span);
  const declaredAt = context.environment.attributes.get(key)?.declaredAt ?? 'built in';
  context.findings.add(
    warningAt('always-known', span, `\`${key}\` is never missing, so ${outcome}`, {
      ...(declaredAt !== 'built in' && { label: `has a value in every request: ${declaredAt}` }),
      help: 'leave the question out, or ask for its value',
    }),
  );
}
