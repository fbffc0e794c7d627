import type { PolicyProgram } from '../compile/program.ts';
import type { Removed } from './decision.ts';
import { evaluate, type FactRow } from './evaluate.ts';
import type { LoadedProgram, Removal, RemovedModel } from './load-program.ts';

/** The models that constraints take away from a request. */
export interface Removals {
  /** One entry per denied model and rule, in catalogue order, then in the order of the rules. */
  readonly shown: readonly Removed[];
  readonly removals: readonly Removal[];
  isDenied(model: number): boolean;
}

const isFree = (): boolean => false;
const nothingRemoved: Removals = { shown: [], removals: [], isDenied: isFree };

/** `constraints`: the numbers of the constraints that hold. */
export function findRemoved({ removals }: LoadedProgram, constraints: readonly number[]): Removals {
  const held: Removal[] = [];
  for (const number of constraints) {
    const removal = removals[number];
    if (removal && !removal.shadow) held.push(removal);
  }
  const [first] = held;
  if (!first) return nothingRemoved;
  const shown = held.length === 1 ? first.shown : joinRemovals(held).map((removed) => removed.shown);
  return { shown, removals: held, isDenied: (model) => held.some(({ models }) => models.includes(model)) };
}

/** The receivers that constraints deny, in the config's order, then in the order of the rules. */
export function removedReceivers(
  { receivers = [] }: PolicyProgram,
  row: FactRow,
  inShadow = false,
): readonly Removed[] {
  return receivers.flatMap(({ name, denials }) =>
    denials
      .filter(({ shadow, when }) => shadow === inShadow && evaluate(when, row))
      .map(({ rule, because }) => ({ model: name, rule, because })),
  );
}

/** Each list is in order already. */
function joinRemovals(held: readonly Removal[]): readonly RemovedModel[] {
  return held.flatMap(({ removes }) => removes).sort((one, other) => one.place - other.place);
}
