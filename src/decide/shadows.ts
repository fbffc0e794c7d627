import type { PolicyProgram, ProgramRule } from '../compile/program.ts';
import { writeDuration, writeMoney } from '../syntax/quantities.ts';
import type { Decision } from './decision.ts';
import { evaluate, type FactRow, readBucket, textOf } from './evaluate.ts';
import { findInForce } from './in-force.ts';
import { heldByRequest } from './obligations.ts';

type Shadow = Decision['shadow'][number];

/** What rules in the shadow would have done. They change nothing else. */
export function findShadows(
  program: PolicyProgram,
  row: FactRow,
  route: string | null,
  denied: ReadonlySet<number>,
): Shadow[] {
  return [
    ...program.denials.flatMap(({ rule, shadow, groups }) =>
      (shadow ? groups : [])
        .filter(({ when }) => evaluate(when, row))
        .flatMap(({ models }) => models.map((model) => ({ rule, would: `remove ${program.models[model]?.name}` }))),
    ),
    ...program.refusals
      .filter(({ shadow, when }) => shadow && evaluate(when, row))
      .map(({ rule, status }) => ({ rule, would: `reject ${status}` })),
    ...(route === null ? [] : [...shadowRoutes(program, row, route), ...shadowObligations(program, row, denied)]),
  ];
}

/** Routes in the shadow that stand before the one taken. */
function shadowRoutes({ choices }: PolicyProgram, row: FactRow, route: string): Shadow[] {
  const end = choices.findIndex(({ name }) => name === route);
  return (end === -1 ? choices : choices.slice(0, end))
    .filter(({ shadow, when }) => shadow && evaluate(when, row))
    .map(({ name }) => ({ rule: name, would: `take ${name}` }));
}

function shadowObligations(program: PolicyProgram, row: FactRow, denied: ReadonlySet<number>): Shadow[] {
  const held = <Payload>(rules: readonly ProgramRule<Payload>[]) => heldByRequest(rules, row, true);
  const inForce = findInForce(program, row, true).map(({ id, plan }) => ({
    rule: id,
    would: plan.kind === 'reject' ? `reject ${plan.status}` : 'replace the plan',
  }));
  return [
    ...inForce,
    ...held(program.caps).map(({ rule, payload: { subject, amount } }) => ({
      rule: rule.id,
      would: `cap ${subject} at ${subject === 'cost' ? writeMoney(amount, program.currency) : subject === 'time' ? writeDuration(amount) : amount}`,
    })),
    ...held(program.caches).map(({ rule, payload }) => ({ rule: rule.id, would: `cache ${payload.mode}` })),
    ...held(program.guards).map(({ rule, payload }) => ({
      rule: rule.id,
      would: `${payload.action} by ${payload.guard} on ${payload.points.join(' and ')}`,
    })),
    ...held(program.sets).map(({ rule, payload }) => ({ rule: rule.id, would: `set ${payload.parameter}` })),
    ...held(program.tags).map(({ rule, payload }) => ({
      rule: rule.id,
      would: `tag ${payload.tag} = ${textOf(program, payload.value, row)}`,
    })),
    ...held(program.mirrors)
      .filter(({ payload }) => !denied.has(payload.model) && readBucket(program, payload.bucket, row) < payload.share)
      .map(({ rule, payload }) => ({ rule: rule.id, would: `mirror to ${program.models[payload.model]?.name}` })),
  ];
}
