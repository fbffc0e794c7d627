import type { Diagnostic } from '../../diagnostics/diagnostic.ts';
import { warningAt } from '../../diagnostics/report.ts';
import type { CheckedPolicy, Condition, Constraint, Obligation } from '../../semantics/typed.ts';
import { holdsNever } from '../exclusive.ts';
import { type Ir, negate } from '../ir.ts';
import type { FactSlot, ProgramContent } from '../program.ts';

/** A condition as it is written, and lowered, once for each group of models for which it reads the same. */
interface Written {
  readonly condition: Condition;
  readonly cases: readonly Ir[];
  /** What else is said: of `require`, whose condition is lowered turned round, and of routes, whose order says the rest. */
  readonly rule: 'require' | 'route' | 'other';
}

/** A condition holds for some requests and not for others. */
export function openConditions(policy: CheckedPolicy, program: ProgramContent): Diagnostic[] {
  return writtenConditions(policy, program).flatMap((written) => checkCondition(written, program.facts));
}

function writtenConditions(policy: CheckedPolicy, program: ProgramContent): Written[] {
  const refusals = new Map(program.refusals.map((refusal) => [refusal.rule, [refusal.when]]));
  const denials = new Map(program.denials.map((denial) => [denial.rule, denial.groups.map(({ when }) => when)]));
  const choices = policy.choices.map(({ when }, index) => ({
    condition: when,
    cases: [program.choices[index]?.when],
    rule: 'route' as const,
  }));
  const obligations = obligationLists.flatMap((list) =>
    policy[list].map(({ when }: Obligation, index: number) => ({
      condition: when,
      cases: program[list][index]?.cases.map((one) => one.when) ?? [],
      rule: 'other' as const,
    })),
  );
  const constraints = policy.constraints.map((rule) => ({
    condition: rule.when,
    cases: (rule.kind === 'refuse' ? refusals : denials).get(rule.id) ?? [],
    rule: isRequire(rule) ? ('require' as const) : ('other' as const),
  }));
  return [...constraints, ...choices, ...obligations].flatMap(({ condition, cases, rule }) =>
    condition ? [{ condition, cases: cases.flatMap((one) => one ?? []), rule }] : [],
  );
}

const obligationLists = ['budgets', 'limits', 'caps', 'caches', 'guards', 'sets', 'tags', 'mirrors'] as const;

const isRequire = (rule: Constraint): boolean => rule.kind === 'refuse' && rule.code === 'required';

/** What the catalogue alone decides, or `true` and `false` as they stand, is as it was meant. */
function checkCondition({ condition, cases, rule }: Written, facts: readonly FactSlot[]): Diagnostic[] {
  if (cases.length === 0 || cases.some(({ op }) => op === 'constant')) return [];
  const { span } = condition;
  if (cases.every((one) => holdsNever(one, facts))) {
    return rule === 'require'
      ? [warningAt('always-holds', span, 'this is required, and always so', { help: 'leave the rule out' })]
      : [warningAt('never-holds', span, 'this condition never holds', { help: neverHelp })];
  }
  // What comes behind a route that is always taken says so itself.
  if (rule === 'route' || !cases.every((one) => holdsNever(negate(one), facts))) return [];
  return rule === 'require'
    ? [warningAt('never-holds', span, 'this is required, and never so: every request is refused', { help: neverHelp })]
    : [warningAt('always-holds', span, 'this condition always holds', { help: 'leave it out, or ask for less' })];
}

const neverHelp = 'its parts exclude one another: did you mean `or`, or another value?';
