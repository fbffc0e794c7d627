import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import { errorAt } from '../diagnostics/report.ts';
import type { CheckedPolicy, Obligation } from '../semantics/typed.ts';

/**
 * Rules that decisions name and that this gateway does not carry out yet. Serving them would promise what nobody keeps, so a
 * policy with any of them is checked, tested and decided with, and not served.
 */
export function notEnforced(policy: CheckedPolicy): Diagnostic[] {
  const lists: readonly (readonly [string, readonly Obligation[]])[] = [
    ['budget', policy.budgets],
    ['limit', policy.limits],
    // `cap input` is part of the decision itself.
    ['cap', policy.caps.filter(({ subject }) => subject !== 'input')],
    ['cache', policy.caches.filter(({ mode }) => mode !== 'off')],
    ['guard', policy.guards],
    ['set', policy.sets],
    ['mirror', policy.mirrors],
  ];
  return lists.flatMap(([kind, rules]) =>
    rules.map(({ span }) =>
      errorAt('not-enforced', span, `this gateway does not carry out \`${kind}\` yet`, {
        notes: ['a rule that is read and not kept would be worse than none'],
        help: '`check`, `test` and `decide` take the policy as it is; to serve it, leave the rule out',
      }),
    ),
  );
}
