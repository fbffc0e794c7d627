import { type BitIndex, buildBitIndex } from './bit-index.ts';
import type { ColumnTable } from './columns.ts';
import { buildDiagram, type Diagram, type DiagramBudget, defaultDiagramBudget } from './diagram.ts';
import type { Ir } from './ir.ts';
import { type Term, termsOf } from './terms.ts';

/**
 * How a list of conditions is asked, all at once. `direct` names those whose normal form is too large: they are evaluated one by
 * one, whatever the form. A `scan` evaluates all of them in order.
 */
export type RuleIndex =
  | { readonly form: 'diagram'; readonly diagram: Diagram; readonly why: string }
  | { readonly form: 'bits'; readonly index: BitIndex; readonly direct: readonly number[]; readonly why: string }
  | { readonly form: 'scan'; readonly why: string };

export type Form = RuleIndex['form'];

/** What the forms may cost. */
export interface IndexBudget extends DiagramBudget {
  /** Words of a bit-vector index, 32 lines each. */
  readonly words: number;
}

/** So few are evaluated one by one before bit-vectors have begun. */
const fewConditions = 16;

export const defaultIndexBudget: IndexBudget = { ...defaultDiagramBudget, words: 2_000_000 };

/** For rules of which the first that holds counts: a diagram, else bit-vectors, else an ordered scan. `only`: in this form alone. */
export function indexFirst(
  conditions: readonly Ir[],
  columns: ColumnTable,
  budget: IndexBudget,
  only?: Form,
): RuleIndex {
  const terms = conditions.map((condition) => termsOf(condition, columns));
  const complete = terms.every((found) => found !== undefined);
  if (complete && allowed('diagram', only)) {
    const diagram = buildDiagram(terms as readonly (readonly Term[])[], budget, columns);
    if (diagram) return { form: 'diagram', diagram, why: 'the first that holds counts' };
  }
  const reason = complete ? 'a diagram would grow over its budget' : 'a condition has more than 64 terms';
  return indexBits(terms, budget, only, reason);
}

/** For rules of which all that hold count: an ordered scan of a few, bit-vectors of more, else a scan of all. */
export function indexAll(conditions: readonly Ir[], columns: ColumnTable, budget: IndexBudget, only?: Form): RuleIndex {
  const terms = conditions.map((condition) => termsOf(condition, columns));
  return indexBits(terms, budget, only, 'all that hold count');
}

function indexBits(
  terms: readonly (readonly Term[] | undefined)[],
  budget: IndexBudget,
  only: Form | undefined,
  reason: string,
): RuleIndex {
  if (only === undefined && terms.length <= fewConditions) return { form: 'scan', why: 'they are few' };
  const direct = terms.flatMap((found, rule) => (found === undefined ? [rule] : []));
  const index = allowed('bits', only)
    ? buildBitIndex(
        terms.map((found) => found ?? []),
        budget.words,
      )
    : undefined;
  if (index) return { form: 'bits', index, direct, why: reason };
  return { form: 'scan', why: allowed('bits', only) ? 'bit-vectors would grow over their budget' : 'asked for' };
}

const allowed = (form: Form, only: Form | undefined): boolean => only === undefined || only === form;
