import type { PolicyProgram } from './program.ts';
import type { Form, RuleIndex } from './rule-index.ts';
import { choicesOf, constraintsOf, obligationsOf } from './tables.ts';

/** How a list of rules is asked. */
export interface IndexStats {
  readonly list: 'constraints' | 'routes' | 'obligations';
  readonly form: Form;
  /** Conditions: of a rule that is asked for models, one for each group of models for which it reads the same. */
  readonly conditions: number;
  /** `nodes` and `edges` of a diagram; `lines` and 32-bit `words` of bit-vectors, and conditions evaluated `direct`ly. */
  readonly size: Readonly<Record<string, number>>;
  /** Why it has this form. */
  readonly why: string;
}

/** The compiled form of a policy, in numbers. */
export interface ProgramStats {
  readonly policy: string;
  readonly digest: string;
  readonly facts: number;
  readonly requiredFacts: readonly string[];
  readonly models: number;
  /** Columns that the rules tell apart, and the codes that these have together. */
  readonly columns: number;
  readonly codes: number;
  readonly lists: readonly IndexStats[];
}

export function programStats(program: PolicyProgram): ProgramStats {
  const { name: policy, digest, facts, requiredFacts, models, tables } = program;
  const list = (name: IndexStats['list'], index: RuleIndex, conditions: number): IndexStats => {
    return { list: name, form: index.form, conditions, size: sizeOf(index), why: index.why };
  };
  return {
    policy,
    digest,
    facts: facts.length,
    requiredFacts,
    models: models.length,
    columns: tables.columns.length,
    codes: tables.columns.reduce((sum, { codes }) => sum + codes, 0),
    lists: [
      list('constraints', tables.constraints, constraintsOf(program).length),
      list('routes', tables.choices, choicesOf(program).length),
      list('obligations', tables.obligations, obligationsOf(program).length),
    ],
  };
}

function sizeOf(index: RuleIndex): Record<string, number> {
  switch (index.form) {
    case 'diagram':
      return { nodes: index.diagram.columns.length, edges: index.diagram.children.length };
    case 'bits': {
      const { columns, rules } = index.index;
      const words = columns.reduce((sum, { free, masks }) => sum + free.length + masks.length, 0);
      return { lines: rules.length, words, direct: index.direct.length };
    }
    default:
      return {};
  }
}
