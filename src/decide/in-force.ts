import type { ProgramPlan } from '../compile/program.ts';
import { writePercent } from '../syntax/quantities.ts';
import type { Replacement } from './decision.ts';
import type { FactRow } from './evaluate.ts';
import { type HeldOf, type Holding, heldByRequest } from './holding.ts';

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
export function findInForce({ budgets, limits }: Holding, row: FactRow, shadow = false): readonly InForce[] {
  if (budgets.length === 0 && limits.length === 0) return [];
  const found: InForce[] = [];
  for (const budget of heldByRequest(budgets, shadow)) addThreshold(found, budget, row);
  for (const { id, payload } of heldByRequest(limits, shadow)) {
    if (row[payload.state ?? -1] !== true) continue;
    found.push({ kind: 'limit', id, by: { limit: id }, place: payload.place, plan: payload.otherwise });
  }
  return found.length < 2 ? found : found.sort((one, other) => one.place - other.place);
}

function addThreshold(found: InForce[], { id, payload }: HeldOf<'budgets'>, row: FactRow): void {
  const used = Number(row[payload.state ?? -1] ?? 0);
  const { thresholds, place } = payload;
  const reached = thresholds.findLast(({ at, effect }) => effect.kind !== 'notify' && used >= at);
  if (!reached || reached.effect.kind === 'notify') return;
  found.push({ kind: 'budget', id, by: { budget: id, at: writePercent(reached.at) }, place, plan: reached.effect });
}
