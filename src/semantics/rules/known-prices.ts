import { errorAt } from '../../diagnostics/report.ts';
import { isPriced, type Model } from '../environment.ts';
import { canMeet, plannedModels } from '../models-met.ts';
import type { CheckedPolicy, Obligation } from '../typed.ts';
import { alwaysRemoved } from './always-removed.ts';
import type { LintedFile } from './linted-file.ts';

/** A model that a budget or a `cap cost` can meet has a price: without one, what it spends would count for nothing. */
export function knownPrices(files: readonly LintedFile[], policy: CheckedPolicy): void {
  const findings = files[0]?.context.findings;
  const removed = alwaysRemoved(policy);
  const unpriced = [...plannedModels(policy)]
    .filter((index) => !removed.has(index))
    .flatMap((index) => {
      const model = policy.environment.models[index];
      return model && !isPriced(model) ? [{ index, model }] : [];
    });
  for (const rule of [...policy.budgets, ...policy.caps.filter(({ subject }) => subject === 'cost')]) {
    const [first, ...others] = unpriced.filter(({ index, model }) => canMeet(rule, index, model));
    if (first) findings?.add(unknownPrice(rule, first.model, others.length));
  }
}

function unknownPrice({ span }: Obligation, { name, declaredAt }: Model, others: number) {
  const more = others === 0 ? '' : `, and ${others} more`;
  return errorAt(
    'unknown-price',
    span,
    `the price of \`${name}\` is not known${more}: what it costs would not count here`,
    {
      help: `write \`price_in: …\` and \`price_out: …\` beside it under \`models:\` (${declaredAt}), or \`price: free\``,
    },
  );
}
