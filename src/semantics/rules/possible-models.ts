import { warningAt } from '../../diagnostics/report.ts';
import type { Span } from '../../diagnostics/span.ts';
import type { Expression, Item } from '../../syntax/ast.ts';
import { bareWord, type Findings } from '../context.ts';
import type { CheckedPolicy, DenyModel } from '../typed.ts';
import { alwaysRemoved } from './always-removed.ts';
import type { LintedFile } from './linted-file.ts';
import { plansOf } from './plans-of.ts';

/**
 * A plan, and a mirror, names models that some request can get. A model that a `deny model` removes whatever the request is can
 * never be one of them.
 */
export function possibleModels(files: readonly LintedFile[], policy: CheckedPolicy): void {
  const removed = alwaysRemoved(policy);
  const last = [...removed.values()].at(-1);
  const findings = files[0]?.context.findings;
  if (!findings || !last) return;
  if (removed.size === policy.environment.models.length) {
    reportAll(findings, last);
    return;
  }
  for (const { context, file } of files) {
    for (const named of file.items.flatMap(namedModels)) {
      const [index, ...others] = context.modelIndex.get(nameOf(named) ?? '') ?? [];
      const rule = index === undefined || others.length > 0 ? undefined : removed.get(index);
      if (rule) reportOne(findings, named.span, policy.environment.models[index ?? -1]?.name ?? '', rule);
    }
  }
}

function namedModels(item: Item): Expression[] {
  if (item.kind === 'mirror') return [item.to];
  const picks = plansOf(item).flatMap((plan) => (plan.kind === 'use' ? plan.picks : []));
  return picks.flatMap(({ target }) => (target.kind === 'set-literal' ? target.elements : [target]));
}

function nameOf(expression: Expression): string | undefined {
  return expression.kind === 'model' ? expression.text : bareWord(expression);
}

function reportAll(findings: Findings, { span }: DenyModel): void {
  findings.add(
    warningAt('denies-every-model', span, 'with this rule no model is left, whatever the request is', {
      help: 'give the rule a condition on the request; to refuse every request, write `deny request when true`',
    }),
  );
}

function reportOne(findings: Findings, span: Span, model: string, { id, span: place }: DenyModel): void {
  findings.add(
    warningAt('always-denied', span, `\`${model}\` is removed by \`${id}\`, whatever the request is`, {
      secondary: [{ span: place, message: 'removed here' }],
      help: 'leave the model out, or give the rule a condition on the request',
    }),
  );
}
