import type { PolicyProgram, ProgramPlan } from '../compile/program.ts';
import { writePercent } from '../syntax/quantities.ts';
import type { Replacement } from './decision.ts';
import type { FactRow } from './evaluate.ts';
import { heldByRequest } from './obligations.ts';

/** A plan or reject of a threshold that is reached, or of a limit that is exhausted. */
export interface InForce {
  readonly kind: 'budget' | 'limit';
  readonly id: string;
  readonly by: Replacement;
  /** In file order. */
  readonly place: number;
  readonly plan: ProgramPlan;
}

/** Of each budget the highest reached threshold that has a plan or reject, and of each exhausted limit its `else`; in file order. */
export function findInForce(program: PolicyProgram, row: FactRow, shadow = false): InForce[] {
  const budgets = heldByRequest(program.budgets, row, shadow).flatMap(({ rule, payload }): InForce[] => {
    const used = Number(row[payload.state ?? -1] ?? 0);
    const reached = payload.thresholds.filter(({ at, effect }) => effect.kind !== 'notify' && used >= at).at(-1);
    if (!reached || reached.effect.kind === 'notify') return [];
    const by = { budget: rule.id, at: writePercent(reached.at) };
    return [{ kind: 'budget', id: rule.id, by, place: payload.place, plan: reached.effect }];
  });
  const limits = heldByRequest(program.limits, row, shadow).flatMap(({ rule, payload }): InForce[] =>
    row[payload.state ?? -1] === true
      ? [{ kind: 'limit', id: rule.id, by: { limit: rule.id }, place: payload.place, plan: payload.otherwise }]
      : [],
  );
  return [...budgets, ...limits].sort((one, other) => one.place - other.place);
}
