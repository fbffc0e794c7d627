import type { PolicyProgram, ProgramRule } from '../compile/program.ts';
import { writeDuration, writeMoney } from '../syntax/quantities.ts';
import type { Decision } from './decision.ts';
import { evaluate, type FactRow, readBucket, textOf } from './evaluate.ts';
import { findInForce } from './in-force.ts';
import { heldByAttempt, heldByRequest } from './obligations.ts';
import type { Candidate } from './plan.ts';

type Shadow = Decision['shadow'][number];

/** What rules in the shadow would have done. They change nothing else. */
export function findShadows(
  program: PolicyProgram,
  row: FactRow,
  route: string | null,
  denied: ReadonlySet<number>,
  plan: readonly Candidate[],
): Shadow[] {
  return [
    ...shadowDenials(program, row),
    ...program.refusals
      .filter(({ shadow, when }) => shadow && evaluate(when, row))
      .map(({ rule, status }) => ({ rule, would: `reject ${status}` })),
    ...(route === null ? [] : [...shadowRoutes(program, row, route), ...shadowObligations(program, row, denied, plan)]),
  ];
}

/** Each rule with the models that it would remove, in catalogue order. */
function shadowDenials({ denials, models }: PolicyProgram, row: FactRow): Shadow[] {
  return denials.flatMap(({ rule, shadow, groups }) =>
    (shadow ? groups : [])
      .filter(({ when }) => evaluate(when, row))
      .flatMap((group) => group.models)
      .sort((one, other) => one - other)
      .map((model) => ({ rule, would: `remove ${models[model]?.name}` })),
  );
}

/** Routes in the shadow that stand before the one taken. */
function shadowRoutes({ choices }: PolicyProgram, row: FactRow, route: string): Shadow[] {
  const end = choices.findIndex(({ name }) => name === route);
  return (end === -1 ? choices : choices.slice(0, end))
    .filter(({ shadow, when }) => shadow && evaluate(when, row))
    .map(({ name }) => ({ rule: name, would: `take ${name}` }));
}

function shadowObligations(
  program: PolicyProgram,
  row: FactRow,
  denied: ReadonlySet<number>,
  plan: readonly Candidate[],
): Shadow[] {
  const held = <Payload>(rules: readonly ProgramRule<Payload>[], would: (payload: Payload) => string) =>
    rules.flatMap((rule) => [
      ...heldByRequest([rule], row, true).map(({ payload }) => ({ rule: rule.id, would: would(payload) })),
      ...plan.flatMap(({ model }) =>
        heldByAttempt([rule], row, model, true).map(({ payload }) => {
          return { rule: rule.id, would: `${would(payload)} for ${program.models[model]?.name}` };
        }),
      ),
    ]);
  const inForce = findInForce(program, row, true).map(({ id, plan: put }) => ({
    rule: id,
    would: put.kind === 'reject' ? `reject ${put.status}` : 'replace the plan',
  }));
  const mirrors = heldByRequest(program.mirrors, row, true).filter(
    ({ payload }) => !denied.has(payload.model) && readBucket(program, payload.bucket, row) < payload.share,
  );
  return [
    ...inForce,
    ...exhaustedInShadow(program, row, plan),
    ...held(program.caps, ({ subject, amount }) => `cap ${subject} at ${writeAmount(program, subject, amount)}`),
    ...held(program.caches, ({ mode }) => `cache ${mode}`),
    ...held(program.guards, ({ action, guard, points }) => `${action} by ${guard} on ${points.join(' and ')}`),
    ...held(program.sets, ({ parameter }) => `set ${parameter}`),
    ...held(program.tags, ({ tag, value }) => `tag ${tag} = ${textOf(program, value, row)}`),
    ...mirrors.map(({ rule, payload }) => ({
      rule: rule.id,
      would: `mirror to ${program.models[payload.model]?.name}`,
    })),
  ];
}

function writeAmount({ currency }: PolicyProgram, subject: string, amount: number): string {
  if (subject === 'cost') return writeMoney(amount, currency);
  return subject === 'time' ? writeDuration(amount) : String(amount);
}

/** Counters of models that have nothing left, each with its models in the order of the plan. */
function exhaustedInShadow(program: PolicyProgram, row: FactRow, plan: readonly Candidate[]): Shadow[] {
  const { budgets, limits, models } = program;
  const tried = [...budgets, ...limits].filter(({ shadow, perAttempt }) => shadow && perAttempt);
  return tried.flatMap((rule) =>
    plan.flatMap(({ model }) => {
      const exhausted = models[model]?.counters.find(({ id }) => id === rule.id)?.exhausted ?? -1;
      const moves = row[exhausted] === true && heldByAttempt<unknown>([rule], row, model, true).length > 0;
      return moves ? [{ rule: rule.id, would: `try ${models[model]?.name} last` }] : [];
    }),
  );
}
