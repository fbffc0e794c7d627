import { evaluateForModel } from '../catalogue-condition.ts';
import { readsOnlyCatalogue } from '../reads-only-catalogue.ts';
import type { CheckedPolicy, DenyModel } from '../typed.ts';

/** Models that no request can get, and the rule that removes each. */
export function alwaysRemoved({ constraints, environment }: CheckedPolicy): ReadonlyMap<number, DenyModel> {
  const removed = new Map<number, DenyModel>();
  for (const rule of constraints) {
    if (rule.kind !== 'deny-model' || rule.shadow || !readsOnlyCatalogue(rule.when)) continue;
    environment.models.forEach((model, index) => {
      if (!removed.has(index) && evaluateForModel(rule.when, index, model)) removed.set(index, rule);
    });
  }
  return removed;
}
