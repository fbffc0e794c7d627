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

const translated = new WeakMap<Ir, RulesLogic>();

/** What json-logic-js says of a condition, given the facts as an array. */
export function answerByJsonLogic(condition: Ir, row: FactRow): unknown {
  const logic = translated.get(condition) ?? (toJsonLogic(condition) as RulesLogic);
  translated.set(condition, logic);
  return jsonLogic.apply(logic, row);
}

/** The decision of a program whose every condition json-logic-js answers. */
export function decideByJsonLogic(program: PolicyProgram, facts: Facts): Decision {
  const row = readRow(program, facts);
  const decision = decide(answered(program, row), facts);
  const behind = rowBehindRoutes(program, row, decision);
  // Rules of stage 3 may ask for the route that was taken.
  return isDeepStrictEqual(row, behind) ? decision : decide(answered(program, behind), facts);
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

/** A way to decide with a program, made ready once for many requests. */
export interface Way {
  readonly name: string;
  readonly prepare: (program: PolicyProgram) => (facts: Facts) => Decision;
}

const forms: readonly Form[] = ['diagram', 'bits', 'scan'];

/** The tables as they were built, the tables in each form, and json-logic-js. */
export const everyWay: readonly Way[] = [
  { name: 'the tables', prepare: (program) => (facts) => decide(program, facts) },
  ...forms.map((form) => ({
    name: `the tables, all in the form «${form}»`,
    prepare: (program: PolicyProgram) => {
      const forced = { ...program, tables: buildTables(program, { form }) };
      return (facts: Facts) => decide(forced, facts);
    },
  })),
  { name: 'json-logic-js', prepare: (program) => (facts) => decideByJsonLogic(program, facts) },
];

/** A way that decides otherwise than the meaning does, or a condition of which two evaluators say different things. */
export interface Disagreement {
  readonly who: string;
  readonly facts: Facts;
  readonly meant: unknown;
  readonly found: unknown;
}

/** Where ways to decide a policy's requests differ from the meaning, and conditions that json-logic-js answers otherwise. */
export function disagreements(policy: CompiledScenario, ways: readonly Way[] = everyWay): Disagreement[] {
  const { checked, program, requests } = policy;
  const prepared = ways.map(({ name, prepare }) => ({ who: name, decided: prepare(program) }));
  return requests.flatMap((facts) => {
    const meant = interpretPolicy(checked, program.digest, facts);
    const apart = prepared.flatMap(({ who, decided }): Disagreement[] => {
      const found = decided(facts);
      return isSame(found, meant) ? [] : [{ who, facts, meant, found }];
    });
    return [...apart, ...conditionsApart(program, facts, meant)];
  });
}

/** As text, which is fast, and where that differs by the order of keys, value by value. */
const isSame = (one: unknown, other: unknown): boolean =>
  JSON.stringify(one) === JSON.stringify(other) || isDeepStrictEqual(one, other);

/** Conditions one by one, also those that decide nothing for these facts. */
function conditionsApart(program: PolicyProgram, facts: Facts, decision: Decision): Disagreement[] {
  const row = rowBehindRoutes(program, readRow(program, facts), decision);
  const conditions = [...constraintsOf(program), ...program.choices.map(({ when }) => when), ...obligationsOf(program)];
  return conditions.flatMap((condition): Disagreement[] => {
    const [meant, found] = [evaluate(condition, row), answerByJsonLogic(condition, row)];

    if (meant === found) return [];
    return [{ who: `json-logic-js, of ${JSON.stringify(toJsonLogic(condition))}`, facts, meant, found }];
  });
}
