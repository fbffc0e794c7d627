import type { PolicyProgram, RuleCase } from '../compile/program.ts';
import type { ObligationList } from '../compile/tables.ts';
import { allHolding, type Codes } from './ask-index.ts';
import type { FactRow } from './evaluate.ts';
import type { LoadedProgram } from './load-program.ts';

/** A rule of stage 3 that holds, for the request or for attempts on some models, with what it says there. */
export interface Held<Payload> {
  readonly id: string;
  readonly shadow: boolean;
  readonly models: RuleCase<unknown>['models'];
  readonly payload: Payload;
}

export type HeldOf<List extends ObligationList> = Held<PolicyProgram[List][number]['cases'][number]['payload']>;

/** The rules of stage 3 that hold, list by list in file order. */
export type Holding = { readonly [List in ObligationList]: readonly HeldOf<List>[] };

const none: readonly never[] = [];

export const nothingHeld: Holding = {
  budgets: none,
  limits: none,
  caps: none,
  caches: none,
  guards: none,
  sets: none,
  tags: none,
  mirrors: none,
};

/** What holds once it is known which route was taken. */
export function findHolding({ obligations, cases }: LoadedProgram, codes: Codes, row: FactRow): Holding {
  const holding = allHolding(obligations, codes, row);
  if (holding.length === 0) return nothingHeld;
  const lists: Record<ObligationList, readonly Held<unknown>[]> = { ...nothingHeld };
  for (const index of holding) {
    const held = cases[index];
    if (!held) continue;
    const list = lists[held.list];
    if (list === none) lists[held.list] = [held];
    else (list as Held<unknown>[]).push(held);
  }
  return lists as Holding;
}

/** Those that hold for the request. */
export function heldByRequest<Payload>(held: readonly Held<Payload>[], shadow = false): readonly Held<Payload>[] {
  if (held.length === 0) return held;
  const speaksOf = (rule: Held<Payload>) => rule.models === null && rule.shadow === shadow;
  return held.every(speaksOf) ? held : held.filter(speaksOf);
}

/** Those that hold for an attempt on a model. */
export function heldByAttempt<Payload>(
  held: readonly Held<Payload>[],
  model: number,
  shadow = false,
): readonly Held<Payload>[] {
  if (held.length === 0) return held;
  return held.filter((rule) => rule.shadow === shadow && rule.models?.includes(model) === true);
}
