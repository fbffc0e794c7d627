import type { Destination, PolicyProgram, ProgramChoice } from '../compile/program.ts';
import { writeValue } from '../semantics/read-value.ts';
import type { Decision, Fallback, Obligations, Reject, Removed, SplitTaken } from './decision.ts';
import { evaluate, type FactRow, readBucket, readRow } from './evaluate.ts';
import type { Facts } from './facts.ts';
import { findInForce, type InForce } from './in-force.ts';
import { narrowToHeld, narrowToTaken } from './narrow.ts';
import { noObligations, obligationsOf, obligationsOfReject, planAttempt } from './obligations.ts';
import { arrange, type Candidate, expandPlan } from './plan.ts';
import { findShadows } from './shadows.ts';

/**
 * What the program answers to a request. Total and pure: the same program and facts give the same decision, byte for byte,
 * on any machine and any day.
 */
export function decide(whole: PolicyProgram, facts: Facts): Decision {
  const row = readRow(whole, facts);
  // From here on the program holds only the rules that come to bear.
  const constrained = narrowToTaken(whole, row);
  const removed = findRemoved(constrained, row);
  const denied = new Set(removed.map(({ index }) => index));
  const refused = refuse(constrained, row);
  const taken = refused ? null : takeRoute(constrained, row);
  const program = taken ? narrowToHeld(constrained, whole, row) : constrained;
  const outcome = taken ? follow(program, row, taken, denied, removed) : { ...nothing, reject: refused };
  const retried = taken && outcome.replacedBy.length === 0 ? taken.destination : program;
  return {
    policy: { name: program.name, digest: program.digest },
    outcome: outcome.reject ? 'reject' : 'plan',
    route: taken?.route ?? null,
    ...(outcome.replacedBy.length > 0 && { replacedBy: outcome.replacedBy.map(({ by }) => by) }),
    attempts: outcome.plan.flatMap((candidate) => planAttempt(program, candidate, row)),
    retry: retried.retries.map(({ on, times, backoffMs }) => ({ on, times, backoffMs: backoffMs ?? [0, 0] })),
    fallback: fallbackOf(retried.fallback),
    reject: outcome.reject,
    splits: taken?.split ? [taken.split] : [],
    removed: removed.map(({ index: _, ...entry }) => entry),
    obligations: outcome.obligations,
    shadow: findShadows(program, row, taken?.route ?? null, denied, outcome.plan),
    facts: factsRead(program, row),
    trace: [],
  };
}

// Stage 1

interface FoundRemoved extends Removed {
  readonly index: number;
}

/** One entry per denied model and rule, in catalogue order, then in the order of the rules. */
function findRemoved(program: PolicyProgram, row: FactRow): FoundRemoved[] {
  const found = program.denials.flatMap(({ rule, shadow, because, groups }) =>
    (shadow ? [] : groups)
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
  const failed = program.refusals.filter(({ when, shadow }) => !shadow && evaluate(when, row));
  const [first] = failed;
  if (!first) return null;
  return { status: first.status, code: first.code, message: first.message, rules: failed.map(({ rule }) => rule) };
}

// Stage 2

interface Taken {
  readonly route: string;
  readonly split: SplitTaken | null;
  readonly destination: Destination;
}

/** The first route or split that holds. What was taken becomes a fact that the rules behind it may read. */
function takeRoute(program: PolicyProgram, row: FactRow): Taken {
  const choice = program.choices.find(({ when, shadow }) => !shadow && evaluate(when, row));
  const taken = choice
    ? takeChoice(program, row, choice)
    : { route: 'otherwise', split: null, destination: program.otherwise };
  program.facts.forEach(({ key }, index) => {
    if (key === 'route') row[index] = taken.route;
    if (key === 'branch') row[index] = taken.split?.branch;
  });
  return taken;
}

function takeChoice(program: PolicyProgram, row: FactRow, { name, to }: ProgramChoice): Taken {
  if (to.kind === 'destination') return { route: name, split: null, destination: to };
  const bucket = readBucket(program, to.bucket, row);
  const branch = to.branches.find(({ end }) => bucket < end) ?? to.branches.at(-1);
  if (!branch) throw new Error(`the split ${name} has no branch`);
  return { route: name, split: { name, branch: branch.name, bucket }, destination: branch.destination };
}

interface Followed {
  readonly plan: readonly Candidate[];
  readonly reject: Reject | null;
  readonly replacedBy: readonly InForce[];
  readonly obligations: Obligations;
}

const nothing: Followed = { plan: [], reject: null, replacedBy: [], obligations: noObligations };

/** From the route taken to the plan: what a cap, the route itself, thresholds and limits make of it. */
function follow(
  program: PolicyProgram,
  row: FactRow,
  { destination }: Taken,
  denied: ReadonlySet<number>,
  removed: readonly FoundRemoved[],
): Followed {
  const rejected = (reject: Reject, replacedBy: readonly InForce[] = []): Followed => ({
    plan: [],
    reject,
    replacedBy,
    obligations: obligationsOfReject(program, row),
  });
  const tooLong = refuseLong(program, row);
  if (tooLong) return rejected(tooLong);
  if (destination.plan.kind === 'reject') {
    return rejected({
      status: destination.plan.status,
      code: 'rejected',
      message: destination.plan.message,
      rules: [],
    });
  }
  const isAllowed = ({ model }: Candidate) => !denied.has(model);
  const own = expandPlan(program, destination.plan, row);
  if (!own.some(isAllowed)) return rejected(noModelLeft(program, own, removed));
  const inForce = findInForce(program, row);
  const refusal = refuseInForce(inForce);
  if (refusal) return rejected(refusal, inForce);
  const replaced = inForce.length > 0;
  const named = replaced ? intersect(program, inForce, row) : own;
  const plan = named.filter(isAllowed);
  if (plan.length === 0) return rejected(noModelLeft(program, named, removed), inForce);
  const { maxAttempts } = replaced ? program.fallback : destination.fallback;
  const released = new Set(inForce.filter(({ kind }) => kind === 'limit').map(({ id }) => id));
  return {
    plan: arrange(program, plan, row, maxAttempts),
    reject: null,
    replacedBy: inForce,
    obligations: obligationsOf(program, row, denied, released),
  };
}

/** `cap input` refuses a request that is longer. */
function refuseLong(program: PolicyProgram, row: FactRow): Reject | null {
  const tokens = Number(row[program.facts.findIndex(({ key }) => key === 'request.input_tokens')] ?? 0);
  const exceeded = program.caps.filter(({ shadow, cases }) =>
    cases.some(
      ({ when, payload }) => !shadow && payload.subject === 'input' && tokens > payload.amount && evaluate(when, row),
    ),
  );
  if (exceeded.length === 0) return null;
  return {
    status: 413,
    code: 'input-cap',
    message: 'the request is longer than the policy allows',
    rules: exceeded.map(({ id }) => id),
  };
}

/** A reject in force beats every plan in force; the first in file order supplies status and message. */
function refuseInForce(inForce: readonly InForce[]): Reject | null {
  const rejects = inForce.filter(({ plan }) => plan.kind === 'reject');
  const [first] = rejects;
  if (first?.plan.kind !== 'reject') return null;
  const code = first.kind === 'budget' ? 'budget-used-up' : 'limit-exhausted';
  return { status: first.plan.status, code, message: first.plan.message, rules: rejects.map(({ id }) => id) };
}

/** Of several plans in force only the models that all of them name stay, in the order of the first. */
function intersect(program: PolicyProgram, inForce: readonly InForce[], row: FactRow): readonly Candidate[] {
  const [first = [], ...others] = inForce.map(({ plan }) => expandPlan(program, plan, row));
  return first.filter(({ model }) => others.every((plan) => plan.some((candidate) => candidate.model === model)));
}

/** Every model that a plan names was removed: by these rules, in file order. */
function noModelLeft(
  { denials }: PolicyProgram,
  named: readonly Candidate[],
  removed: readonly FoundRemoved[],
): Reject {
  const models = new Set(named.map(({ model }) => model));
  const removing = new Set(removed.filter(({ index }) => models.has(index)).map(({ rule }) => rule));
  const rules = [...new Set(denials.map(({ rule }) => rule))].filter((rule) => removing.has(rule));
  return { status: 403, code: 'no-model-left', message: 'no model is allowed for this request', rules };
}

function fallbackOf({ on, maxAttempts, withinMs }: Fallback): Fallback {
  return { on, maxAttempts, withinMs };
}

function factsRead(program: PolicyProgram, row: FactRow): Record<string, unknown> {
  const entries = program.facts.flatMap(({ key, type, sensitive, derived }, index) => {
    const value = row[index];
    return value === undefined || sensitive || derived
      ? []
      : [[key, writeValue(type, value, program.currency)] as const];
  });
  return Object.fromEntries(entries);
}
