import { isDeepStrictEqual } from 'node:util';
import jsonLogic, { type RulesLogic } from 'json-logic-js';
import { always, type Ir, never } from '../../src/compile/ir.ts';
import { toJsonLogic } from '../../src/compile/jsonlogic.ts';
import type { PolicyProgram, ProgramRule } from '../../src/compile/program.ts';
import type { Form } from '../../src/compile/rule-index.ts';
import { buildTables, constraintsOf, obligationsOf } from '../../src/compile/tables.ts';
import { decide } from '../../src/decide/decide.ts';
import type { Decision } from '../../src/decide/decision.ts';
import { evaluate, type FactRow, readRow } from '../../src/decide/evaluate.ts';
import type { Facts } from '../../src/decide/facts.ts';
import { interpretPolicy } from '../../src/decide/interpret-policy.ts';
import type { CompiledScenario } from './compile-scenario.ts';

/** What json-logic-js says of a condition, given the facts as an array. */
export function answerByJsonLogic(condition: Ir, row: FactRow): unknown {
  return jsonLogic.apply(toJsonLogic(condition) as RulesLogic, row);
}

/**
 * The decision of a program whose every condition json-logic-js answers, twice: rules of stage 3 may ask for the route that was
 * taken.
 */
export function decideByJsonLogic(program: PolicyProgram, facts: Facts): Decision {
  const row = readRow(program, facts);
  const first = decide(answered(program, row), facts);
  return decide(answered(program, rowBehindRoutes(program, row, first)), facts);
}

/** The facts as rules of stage 3 find them. */
function rowBehindRoutes(program: PolicyProgram, row: FactRow, { route, splits: [split] }: Decision): FactRow {
  return program.facts.map(({ key }, index) => {
    if (key === 'route') return route ?? undefined;
    return key === 'branch' ? split?.branch : row[index];
  });
}

/** The program with the truth of each condition in its place. */
function answered(program: PolicyProgram, row: FactRow): PolicyProgram {
  const answer = <Held extends { readonly when: Ir }>(held: Held): Held => {
    const truth = answerByJsonLogic(held.when, row);
    if (typeof truth !== 'boolean') throw new Error(`json-logic-js answers ${JSON.stringify(truth)}`);
    return { ...held, when: truth ? always : never };
  };
  const rules = <Payload>(list: readonly ProgramRule<Payload>[]) =>
    list.map((rule) => ({ ...rule, cases: rule.cases.map(answer) }));
  const content = {
    ...program,
    models: program.models.map((model) => ({ ...model, counters: model.counters.map(answer) })),
    denials: program.denials.map((denial) => ({ ...denial, groups: denial.groups.map(answer) })),
    refusals: program.refusals.map(answer),
    choices: program.choices.map(answer),
    budgets: rules(program.budgets),
    limits: rules(program.limits),
    caps: rules(program.caps),
    caches: rules(program.caches),
    guards: rules(program.guards),
    sets: rules(program.sets),
    tags: rules(program.tags),
    mirrors: rules(program.mirrors),
  };
  return { ...content, tables: buildTables(content, { form: 'scan' }) };
}

const forms: readonly Form[] = ['diagram', 'bits', 'scan'];

/** An evaluator that decides otherwise than the meaning does, or a condition of which two say different things. */
export interface Disagreement {
  readonly evaluator: string;
  readonly facts: Facts;
  readonly meant: unknown;
  readonly found: unknown;
}

/** Where evaluators disagree: the meaning, the tables as they were built and in each form, and json-logic-js. */
export function disagreements(policy: CompiledScenario): Disagreement[] {
  const { checked, program, requests } = policy;
  const ways: readonly (readonly [string, (facts: Facts) => Decision])[] = [
    ['tables', (facts) => decide(program, facts)],
    ...forms.map((form) => {
      const forced = { ...program, tables: buildTables(program, { form }) };
      return [`tables, ${form}`, (facts: Facts) => decide(forced, facts)] as const;
    }),
    ['json-logic-js', (facts) => decideByJsonLogic(program, facts)],
  ];
  return requests.flatMap((facts) => {
    const meant = interpretPolicy(checked, program.digest, facts);
    const decided = ways.flatMap(([evaluator, way]): Disagreement[] => {
      const found = way(facts);
      return isDeepStrictEqual(found, meant) ? [] : [{ evaluator, facts, meant, found }];
    });
    return [...decided, ...conditionsApart(program, facts, meant)];
  });
}

/** Conditions one by one, also those that decide nothing for these facts. */
function conditionsApart(program: PolicyProgram, facts: Facts, decision: Decision): Disagreement[] {
  const row = rowBehindRoutes(program, readRow(program, facts), decision);
  const conditions = [...constraintsOf(program), ...program.choices.map(({ when }) => when), ...obligationsOf(program)];
  return conditions.flatMap((condition): Disagreement[] => {
    const [meant, found] = [evaluate(condition, row), answerByJsonLogic(condition, row)];
    const evaluator = `json-logic-js of ${JSON.stringify(toJsonLogic(condition))}`;
    return meant === found ? [] : [{ evaluator, facts, meant, found }];
  });
}
