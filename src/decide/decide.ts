import type { PolicyProgram } from '../compile/program.ts';
import { allHolding, type Codes, firstHolding } from './ask-index.ts';
import type { Decision, Reject, SplitTaken } from './decision.ts';
import { type FactRow, readBucket, readRow } from './evaluate.ts';
import type { Facts } from './facts.ts';
import { findHolding, type Holding, heldByRequest, nothingHeld } from './holding.ts';
import { findInForce, type InForce } from './in-force.ts';
import type { Candidate } from './load-plan.ts';
import { type LoadedChoice, type LoadedDestination, type LoadedProgram, loadProgram } from './load-program.ts';
import { obligationsOf, obligationsOfReject, planAttempts } from './obligations.ts';
import { arrange, expandPlan } from './plan.ts';
import { findRemoved, type Removals, removedReceivers } from './removed.ts';
import { findShadows } from './shadows.ts';

/**
 * What the program answers to a request. Total and pure: the same program and facts give the same decision, byte for byte,
 * on any machine and any day. A decision shares with others what no request changes: it is read, never written.
 */
export function decide(program: PolicyProgram, facts: Facts): Decision {
  const loaded = loadProgram(program);
  const row = readRow(program, facts);
  const { codes } = loaded;
  codes.begin(row);
  const constraints = allHolding(loaded.constraints, codes, row);
  const removed = findRemoved(loaded, constraints);
  const refused = refuse(loaded, constraints);
  const taken = refused ? null : takeRoute(loaded, codes, row);
  const holding = taken ? findHolding(loaded, codes, row) : nothingHeld;
  const outcome = taken ? follow(loaded, row, taken, holding, removed) : rejected(refused);
  const { reject, plan, replacedBy } = outcome;
  const { retry, fallback } = taken && replacedBy.length === 0 ? taken.destination : loaded.general;
  const route = taken === null ? null : taken.route;
  const decision: Decision = {
    policy: loaded.policy,
    outcome: reject ? 'reject' : 'plan',
    route,
    attempts: planAttempts(program, holding, plan, row),
    retry,
    fallback,
    reject,
    splits: taken?.split ? [taken.split] : none,
    removed: program.receivers === undefined ? removed.shown : [...removed.shown, ...removedReceivers(program, row)],
    obligations: reject
      ? obligationsOfReject(program, holding, row)
      : obligationsOf(program, holding, row, removed, replacedBy),
    shadow: loaded.hasShadows ? findShadows(loaded, { row, constraints, route, holding, removed, plan }) : none,
    facts: loaded.factsWriter.write(row),
    trace: none,
  };
  return replacedBy.length === 0 ? decision : withReplacement(decision, replacedBy);
}

/** The same, with its fields in their order. */
function withReplacement({ policy, outcome, route, ...others }: Decision, replacedBy: readonly InForce[]): Decision {
  return { policy, outcome, route, replacedBy: replacedBy.map(({ by }) => by), ...others };
}

const none: readonly never[] = [];

// Stage 1

/** All refusals that hold; the first in file order supplies status and message. */
function refuse({ removals, refusals }: LoadedProgram, constraints: readonly number[]): Reject | null {
  if ((constraints.at(-1) ?? -1) < removals.length) return null;
  const failed = constraints.flatMap((number) => refusals[number - removals.length] ?? []);
  const live = failed.filter(({ shadow }) => !shadow);
  const [first] = live;
  if (!first) return null;
  return { status: first.status, code: first.code, message: first.message, rules: live.map(({ rule }) => rule) };
}

// Stage 2

interface Taken {
  readonly route: string;
  readonly split: SplitTaken | null;
  readonly destination: LoadedDestination;
}

/** The first route or split that holds. What was taken becomes a fact that the rules behind it may read. */
function takeRoute(loaded: LoadedProgram, codes: Codes, row: FactRow): Taken {
  const choice = loaded.chosen[firstHolding(loaded.choices, codes, row)];
  const taken = choice
    ? takeChoice(loaded.program, row, choice)
    : { route: 'otherwise', split: null, destination: loaded.otherwise };
  const { route, branch } = loaded.facts;
  if (route !== -1) row[route] = taken.route;
  if (branch !== -1) row[branch] = taken.split?.branch;
  return taken;
}

function takeChoice(program: PolicyProgram, row: FactRow, { name, to }: LoadedChoice): Taken {
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
}

function rejected(reject: Reject | null, replacedBy: readonly InForce[] = none): Followed {
  return { plan: none, reject, replacedBy };
}

/** From the route taken to the plan: what a cap, the route itself, thresholds and limits make of it. */
function follow(
  loaded: LoadedProgram,
  row: FactRow,
  { destination }: Taken,
  holding: Holding,
  removed: Removals,
): Followed {
  const { program } = loaded;
  const tooLong = refuseLong(loaded, holding, row);
  if (tooLong) return rejected(tooLong);
  const { plan: routed } = destination;
  if (routed.kind === 'reject') return rejected(rejectOf(routed, 'rejected', none));
  const own = expandPlan(loaded, routed, row);
  const allowed = allow(own, removed);
  if (allowed.length === 0) return rejected(noModelLeft(program, own, removed));
  const inForce = findInForce(holding, row);
  const refusal = refuseInForce(inForce);
  if (refusal) return rejected(refusal, inForce);
  const replaced = inForce.length > 0;
  const named = replaced ? intersect(loaded, inForce, row) : own;
  const left = replaced ? allow(named, removed) : allowed;
  if (left.length === 0) return rejected(noModelLeft(program, named, removed), inForce);
  const { maxAttempts } = (replaced ? loaded.general : destination).fallback;
  return { plan: arrange(program, left, row, maxAttempts), reject: null, replacedBy: inForce };
}

function allow(candidates: readonly Candidate[], { removals, isDenied }: Removals): readonly Candidate[] {
  return removals.length === 0 ? candidates : candidates.filter(({ model }) => !isDenied(model));
}

function rejectOf(
  { status, message }: { readonly status: number; readonly message: string },
  code: string,
  rules: readonly string[],
): Reject {
  return { status, code, message, rules };
}

const tooLongReject = { status: 413, message: 'the request is longer than the policy allows' };

/** `cap input` refuses a request that is longer. */
function refuseLong({ facts }: LoadedProgram, { caps }: Holding, row: FactRow): Reject | null {
  if (caps.length === 0) return null;
  const tokens = Number(row[facts.inputTokens] ?? 0);
  const exceeded = heldByRequest(caps).filter(({ payload }) => payload.subject === 'input' && tokens > payload.amount);
  if (exceeded.length === 0) return null;
  return rejectOf(
    tooLongReject,
    'input-cap',
    exceeded.map(({ id }) => id),
  );
}

/** A reject in force beats every plan in force; the first in file order supplies status and message. */
function refuseInForce(inForce: readonly InForce[]): Reject | null {
  if (inForce.length === 0) return null;
  const rejects = inForce.filter(({ plan }) => plan.kind === 'reject');
  const [first] = rejects;
  if (first?.plan.kind !== 'reject') return null;
  return rejectOf(
    first.plan,
    first.kind === 'budget' ? 'budget-used-up' : 'limit-exhausted',
    rejects.map(({ id }) => id),
  );
}

/** Of several plans in force only the models that all of them name stay, in the order of the first. */
function intersect(loaded: LoadedProgram, inForce: readonly InForce[], row: FactRow): readonly Candidate[] {
  const [first = [], ...others] = inForce.map(({ plan }) => expandPlan(loaded, loaded.plans.get(plan), row));
  return first.filter(({ model }) => others.every((plan) => plan.some((candidate) => candidate.model === model)));
}

/** Every model that a plan names was removed: by these rules, in file order. */
function noModelLeft({ denials }: PolicyProgram, named: readonly Candidate[], { removals }: Removals): Reject {
  const models = new Set(named.map(({ model }) => model));
  const removing = new Set(
    removals.filter((removal) => removal.models.some((model) => models.has(model))).map(({ rule }) => rule),
  );
  const rules = [...new Set(denials.map(({ rule }) => rule))].filter((rule) => removing.has(rule));
  return rejectOf({ status: 403, message: 'no model is allowed for this request' }, 'no-model-left', rules);
}
