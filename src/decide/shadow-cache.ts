import type { PolicyProgram } from '../compile/program.ts';
import { decidedRow } from './aside.ts';
import type { Decision, Obligations } from './decision.ts';
import { evaluate } from './evaluate.ts';
import type { Facts } from './facts.ts';
import { joinCache } from './obligations.ts';

export type CachingProgram = Pick<PolicyProgram, 'caches' | 'facts' | 'currency'>;

/** What the caches in the shadow would have come to, had they alone been live. `facts` are those that the decision was taken on. */
export function shadowCache(
  { caches, facts: slots, currency }: CachingProgram,
  decision: Pick<Decision, 'route' | 'splits' | 'shadow'>,
  facts: Facts,
): Obligations['cache'] {
  const named = new Set(decision.shadow.map(({ rule }) => rule));
  const shadows = caches.filter(({ id, shadow }) => shadow && named.has(id));
  if (shadows.length === 0) return null;
  const row = decidedRow({ facts: slots }, decision, facts);
  const held = shadows.flatMap(({ id, cases }) =>
    cases.flatMap(({ when, payload }) =>
      evaluate(when, row) ? [{ id, shadow: false, models: null, payload } as const] : [],
    ),
  );
  return joinCache({ currency }, held, row);
}
