import type { Diagnostic } from '../../diagnostics/diagnostic.ts';
import { warningAt } from '../../diagnostics/report.ts';
import type { CheckedPolicy, Condition, Constraint, Obligation } from '../../semantics/typed.ts';
import { holdsNever } from '../exclusive.ts';
import { type Ir, negate } from '../ir.ts';
import type { ProgramContent } from '../program.ts';

/** A condition as it is written, and lowered, for the request or once for each group of models for which it reads the same. */
interface Written {
  readonly condition: Condition;
  readonly cases: readonly Case[];
  /** What else is said: of `require`, whose condition is lowered turned round, and of routes, whose order says the rest. */
  readonly rule: 'require' | 'route' | 'other';
}

/** Models for which a condition never holds, as the catalogue has it, are in no case. */
type Case = { readonly models: readonly number[] | null; readonly when: Ir };

/** A condition holds for some requests and not for others. */
export function openConditions(policy: CheckedPolicy, program: ProgramContent): Diagnostic[] {
  return writtenConditions(policy, program).flatMap((written) => checkCondition(written, program));
}

function writtenConditions(policy: CheckedPolicy, program: ProgramContent): Written[] {
  const refusals = new Map(program.refusals.map(({ rule, when }) => [rule, [{ models: null, when }]]));
  const denials = new Map(program.denials.map(({ rule, groups }) => [rule, groups]));
  const constraints = policy.constraints.map((rule) => ({
    condition: rule.when,
    cases: (rule.kind === 'refuse' ? refusals : denials).get(rule.id) ?? [],
    rule: isRequire(rule) ? ('require' as const) : ('other' as const),
  }));
  const choices = policy.choices.map((choice, index) => ({
    condition: choice.when,
    cases: program.choices.slice(index, index + 1).map(({ when }) => ({ models: null, when })),
    rule: 'route' as const,
  }));
  const obligations = obligationLists.flatMap((list) =>
    policy[list].map(({ when }: Obligation, index: number) => ({
      condition: when,
      cases: program[list][index]?.cases ?? [],
      rule: 'other' as const,
    })),
  );
  return [...constraints, ...choices, ...obligations].flatMap(({ condition, ...written }) =>
    condition ? [{ condition, ...written }] : [],
  );
}

const obligationLists = ['budgets', 'limits', 'caps', 'caches', 'guards', 'sets', 'tags', 'mirrors'] as const;

const isRequire = (rule: Constraint): boolean => rule.kind === 'refuse' && rule.code === 'required';

/** What the catalogue alone decides, or `true` and `false` as they stand, is as it was meant. */
function checkCondition(
  { condition, cases, rule }: Written,
  { facts, models: catalogue }: ProgramContent,
): Diagnostic[] {
  if (cases.length === 0 || cases.some(({ when }) => when.op === 'constant')) return [];
  const { span } = condition;
  if (cases.every(({ when }) => holdsNever(when, facts))) {
    return rule === 'require'
      ? [warningAt('always-holds', span, 'this is required, and always so', { help: 'leave the rule out' })]
      : [warningAt('never-holds', span, 'this condition never holds', { help: neverHelp })];
  }
  const speaksOfAll =
    cases.every(({ models }) => models === null) ||
    cases.flatMap(({ models }) => models ?? []).length === catalogue.length;
  // What comes behind a route that is always taken says so itself.
  if (rule === 'route' || !speaksOfAll || !cases.every(({ when }) => holdsNever(negate(when), facts))) return [];
  return rule === 'require'
    ? [warningAt('never-holds', span, 'this is required, and never so: every request is refused', { help: neverHelp })]
    : [warningAt('always-holds', span, 'this condition always holds', { help: 'leave it out, or ask for less' })];
}

const neverHelp = 'its parts exclude one another: did you mean `or`, or another value?';
