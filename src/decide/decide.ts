import type { Destination, PolicyProgram } from '../compile/program.ts';
import { writeValue } from '../semantics/read-value.ts';
import type { Decision, Obligations, Reject, Removed } from './decision.ts';
import { evaluate, type FactRow, readFacts } from './evaluate.ts';
import type { Facts } from './facts.ts';
import { expandPlan } from './plan.ts';

/**
 * What the program answers to a request. Total and pure: the same program and facts give the same decision, byte for byte,
 * on any machine and any day.
 */
export function decide(program: PolicyProgram, facts: Facts): Decision {
  const row = readFacts(program, facts);
  const removed = findRemoved(program, row);
  const refused = refuse(program, row);
  if (refused) return assemble(program, row, removed, { route: null, destination: null, reject: refused });
  const taken = program.routes.find((route) => evaluate(route.when, row));
  const route = taken?.name ?? 'otherwise';
  const destination = taken?.destination ?? program.otherwise;
  return assemble(program, row, removed, { route, destination, reject: null });
}

interface Taken {
  readonly route: string | null;
  readonly destination: Destination | null;
  readonly reject: Reject | null;
}

function assemble(program: PolicyProgram, row: FactRow, removed: readonly FoundRemoved[], taken: Taken): Decision {
  const { destination } = taken;
  const denied = new Set(removed.map(({ index }) => index));
  const attempts = destination ? expandPlan(program, destination, row, denied) : [];
  const reject = taken.reject ?? (destination && rejectOf(destination, attempts.length, removed));
  return {
    policy: { name: program.name, digest: program.digest },
    outcome: reject ? 'reject' : 'plan',
    route: taken.route,
    attempts,
    retry: (destination?.retries ?? []).map(({ on, times, backoffMs }) => ({ on, times, backoffMs })),
    fallback: destination?.fallback ?? { on: [], maxAttempts: null, withinMs: null },
    reject,
    splits: [],
    removed: removed.map(({ index: _, ...entry }) => entry),
    obligations: noObligations,
    shadow: [],
    facts: factsRead(program, row),
    trace: [],
  };
}

const noObligations: Obligations = {
  budgets: [],
  limits: [],
  caps: {},
  cache: null,
  guards: [],
  set: {},
  tags: {},
  mirrors: [],
  notify: [],
};

interface FoundRemoved extends Removed {
  readonly index: number;
}

/** One entry per denied model and rule, in catalogue order, then in the order of the rules. */
function findRemoved(program: PolicyProgram, row: FactRow): FoundRemoved[] {
  const found = program.denials.flatMap(({ rule, because, groups }) =>
    groups
      .filter(({ when }) => evaluate(when, row))
      .flatMap(({ models }) =>
        models.map((index) => ({ index, model: program.models[index]?.name ?? '', rule, because })),
      ),
  );
  // The sort is stable: for each model the rules stay in their order.
  return found.sort((a, b) => a.index - b.index);
}

/** All refusals that hold; the first in file order supplies status and message. */
function refuse(program: PolicyProgram, row: FactRow): Reject | null {
  const failed = program.refusals.filter(({ when }) => evaluate(when, row));
  const [first] = failed;
  if (!first) return null;
  return { status: first.status, code: first.code, message: first.message, rules: failed.map(({ rule }) => rule) };
}

function rejectOf({ plan }: Destination, attempts: number, removed: readonly FoundRemoved[]): Reject | null {
  if (plan.kind === 'reject') return { status: plan.status, code: 'rejected', message: plan.message, rules: [] };
  if (attempts > 0) return null;
  const rules = [...new Set(removed.map(({ rule }) => rule))];
  return { status: 403, code: 'no-model-left', message: 'no model is allowed for this request', rules };
}

function factsRead(program: PolicyProgram, row: FactRow): Record<string, unknown> {
  const entries = program.facts.flatMap(({ key, type, sensitive }, index) => {
    const value = row[index];
    return value === undefined || sensitive ? [] : [[key, writeValue(type, value, program.currency)] as const];
  });
  return Object.fromEntries(entries);
}
