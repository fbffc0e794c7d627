import type { PolicyProgram, ProgramRule } from '../compile/program.ts';
import { builtInRules } from '../semantics/built-in-rules.ts';
import { decide } from './decide.ts';
import { evaluate, readRow } from './evaluate.ts';
import type { Facts } from './facts.ts';

/** The rules, routes and branches of a program, by the names under which coverage shows them. */
export function coverable(program: PolicyProgram): string[] {
  const written = program.denials.filter(({ rule }) => !isBuiltIn(rule));
  return [
    ...written.map(({ rule }) => rule),
    ...program.refusals.map(({ rule }) => rule),
    ...program.choices.flatMap(({ name, to }) =>
      to.kind === 'split' ? to.branches.map((branch) => `${name}/${branch.name}`) : [name],
    ),
    'otherwise',
    ...stageThree(program).map(({ id }) => id),
  ];
}

/** Which of them come to bear on these facts: constraints that hold, the route or branch taken, obligations that hold. */
export function covered(program: PolicyProgram, facts: Facts): string[] {
  const decision = decide(program, facts);
  const row = readRow(program, facts);
  program.facts.forEach(({ key }, index) => {
    if (key === 'route') row[index] = decision.route ?? undefined;
    if (key === 'branch') row[index] = decision.splits[0]?.branch;
  });
  const [split] = decision.splits;
  const taken = split ? `${split.name}/${split.branch}` : decision.route;
  return [
    ...program.denials.filter(({ groups }) => groups.some(({ when }) => evaluate(when, row))).map(({ rule }) => rule),
    ...program.refusals.filter(({ when }) => evaluate(when, row)).map(({ rule }) => rule),
    ...(taken === null ? [] : [taken]),
    ...(decision.route === null
      ? []
      : stageThree(program)
          .filter(({ cases }) => cases.some(({ when }) => evaluate(when, row)))
          .map(({ id }) => id)),
  ];
}

function stageThree(program: PolicyProgram): readonly ProgramRule<unknown>[] {
  const { budgets, limits, caps, caches, guards, sets, tags, mirrors } = program;
  return [...budgets, ...limits, ...caps, ...caches, ...guards, ...sets, ...tags, ...mirrors];
}

const isBuiltIn = (rule: string): boolean => builtInRules.includes(rule);
