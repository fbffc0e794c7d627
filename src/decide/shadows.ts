import type { PolicyProgram } from '../compile/program.ts';
import { writeDuration, writeMoney } from '../syntax/quantities.ts';
import type { Decision } from './decision.ts';
import { evaluate, type FactRow, readBucket, textOf } from './evaluate.ts';
import { type Held, type Holding, heldByAttempt, heldByRequest } from './holding.ts';
import { findInForce } from './in-force.ts';
import type { Candidate } from './load-plan.ts';
import type { LoadedProgram } from './load-program.ts';
import { type Removals, removedReceivers } from './removed.ts';

type Shadow = Decision['shadow'][number];

/** What was found on the way to the decision. */
export interface Found {
  readonly row: FactRow;
  /** The numbers of the constraints that hold. */
  readonly constraints: readonly number[];
  readonly route: string | null;
  readonly holding: Holding;
  readonly removed: Removals;
  readonly plan: readonly Candidate[];
}

/** What rules in the shadow would have done. They change nothing else. */
export function findShadows(loaded: LoadedProgram, found: Found): Shadow[] {
  return [
    ...shadowConstraints(loaded, found),
    ...(found.route === null
      ? []
      : [...shadowRoutes(loaded.program, found.row, found.route), ...shadowObligations(loaded.program, found)]),
  ];
}

/** Each rule with the models that it would remove, in catalogue order; then each that would refuse. */
function shadowConstraints({ program, removals, refusals }: LoadedProgram, { row, constraints }: Found): Shadow[] {
  const removing = constraints.flatMap((number) => removals[number] ?? []).filter(({ shadow }) => shadow);
  const byRule = [...Map.groupBy(removing, ({ rule }) => rule)];
  const refusing = constraints.flatMap((number) => refusals[number - removals.length] ?? []);
  const receivers = removedReceivers(program, row, true);
  return [
    ...byRule.flatMap(([rule, parts]) =>
      parts
        .flatMap(({ models }) => models)
        .sort((one, other) => one - other)
        .map((model) => ({ rule, would: `remove ${program.models[model]?.name}` })),
    ),
    ...receivers.map(({ model, rule }) => ({ rule, would: `remove ${model}` })),
    ...refusing.filter(({ shadow }) => shadow).map(({ rule, status }) => ({ rule, would: `reject ${status}` })),
  ];
}

/** Routes in the shadow that stand before the one taken. */
function shadowRoutes({ choices }: PolicyProgram, row: FactRow, route: string): Shadow[] {
  const end = choices.findIndex(({ name }) => name === route);
  return (end === -1 ? choices : choices.slice(0, end))
    .filter(({ shadow, when }) => shadow && evaluate(when, row))
    .map(({ name }) => ({ rule: name, would: `take ${name}` }));
}

function shadowObligations(program: PolicyProgram, { row, holding, removed, plan }: Found): Shadow[] {
  const held = <Payload>(rules: readonly Held<Payload>[], would: (payload: Payload) => string) => {
    const ids = [...new Set(rules.map(({ id }) => id))];
    return ids.flatMap((id) => {
      const cases = rules.filter((rule) => rule.id === id);
      return [
        ...heldByRequest(cases, true).map(({ payload }) => ({ rule: id, would: would(payload) })),
        ...plan.flatMap(({ model }) =>
          heldByAttempt(cases, model, true).map(({ payload }) => {
            return { rule: id, would: `${would(payload)} for ${program.models[model]?.name}` };
          }),
        ),
      ];
    });
  };
  const inForce = findInForce(holding, row, true).map(({ id, plan: put }) => ({
    rule: id,
    would: put.kind === 'reject' ? `reject ${put.status}` : 'replace the plan',
  }));
  const mirrors = heldByRequest(holding.mirrors, true).filter(
    ({ payload }) => !removed.isDenied(payload.model) && readBucket(program, payload.bucket, row) < payload.share,
  );
  return [
    ...inForce,
    ...exhaustedInShadow(program, holding, row, plan),
    ...held(holding.caps, ({ subject, amount }) => `cap ${subject} at ${writeAmount(program, subject, amount)}`),
    ...held(holding.caches, ({ mode }) => `cache ${mode}`),
    ...held(holding.guards, ({ action, guard, points }) => `${action} by ${guard} on ${points.join(' and ')}`),
    ...held(holding.sets, ({ parameter }) => `set ${parameter}`),
    ...held(holding.tags, ({ tag, value }) => `tag ${tag} = ${textOf(program, value, row)}`),
    ...mirrors.map(({ id, payload }) => ({ rule: id, would: `mirror to ${program.models[payload.model]?.name}` })),
  ];
}

function writeAmount({ currency }: PolicyProgram, subject: string, amount: number): string {
  if (subject === 'cost') return writeMoney(amount, currency);
  return subject === 'time' ? writeDuration(amount) : String(amount);
}

/** Counters of models that have nothing left, each with its models in the order of the plan. */
function exhaustedInShadow(
  { models }: PolicyProgram,
  { budgets, limits }: Holding,
  row: FactRow,
  plan: readonly Candidate[],
): Shadow[] {
  const held: readonly Held<unknown>[] = [...budgets, ...limits];
  const ids = new Set(held.filter((rule) => rule.shadow && rule.models !== null).map(({ id }) => id));
  return [...ids].flatMap((id) => {
    const cases = held.filter((rule) => rule.id === id);
    return plan.flatMap(({ model }) => {
      const exhausted = models[model]?.counters.find((counter) => counter.id === id)?.exhausted ?? -1;
      const moves = row[exhausted] === true && heldByAttempt(cases, model, true).length > 0;
      return moves ? [{ rule: id, would: `try ${models[model]?.name} last` }] : [];
    });
  });
}
