import { ColumnTable } from './columns.ts';
import type { Ir } from './ir.ts';
import type { PolicyProgram, ProgramRule, ProgramTables } from './program.ts';
import { defaultIndexBudget, type Form, type IndexBudget, indexAll, indexFirst } from './rule-index.ts';

/** The parts of a program that tables are made from. */
export type Ruled = Pick<PolicyProgram, 'facts' | 'denials' | 'refusals' | 'choices' | ObligationList>;

/** The lists of stage 3, in the order in which tables number their cases. */
export const obligationLists = ['budgets', 'limits', 'caps', 'caches', 'guards', 'sets', 'tags', 'mirrors'] as const;
export type ObligationList = (typeof obligationLists)[number];

export interface TableOptions {
  readonly budget?: IndexBudget;
  /** Forces one form, for tests. */
  readonly form?: Form;
}

export function buildTables(program: Ruled, { budget = defaultIndexBudget, form }: TableOptions = {}): ProgramTables {
  const [constraints, choices, obligations] = [constraintsOf(program), choicesOf(program), obligationsOf(program)];
  const columns = new ColumnTable(program.facts);
  for (const condition of [...constraints, ...choices, ...obligations]) columns.add(condition);
  return {
    columns: columns.columns(),
    constraints: indexAll(constraints, columns, budget, form),
    choices: indexFirst(choices, columns, budget, form),
    obligations: indexAll(obligations, columns, budget, form),
  };
}

export function constraintsOf({ denials, refusals }: Ruled): Ir[] {
  return [...denials.flatMap(({ groups }) => groups.map(({ when }) => when)), ...refusals.map(({ when }) => when)];
}

export function choicesOf({ choices }: Ruled): Ir[] {
  return choices.filter(({ shadow }) => !shadow).map(({ when }) => when);
}

export function obligationsOf(program: Ruled): Ir[] {
  return obligationLists.flatMap((list) =>
    (program[list] as readonly ProgramRule<unknown>[]).flatMap(({ cases }) => cases.map(({ when }) => when)),
  );
}
