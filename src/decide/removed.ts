import type { Removed } from './decision.ts';
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

/** Each list is in order already. */
function joinRemovals(held: readonly Removal[]): readonly RemovedModel[] {
  return held.flatMap(({ removes }) => removes).sort((one, other) => one.place - other.place);
}
