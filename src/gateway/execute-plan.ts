import type { Decision, PlannedAttempt } from '../decide/decision.ts';
import { carryHistory } from '../decide/next-step.ts';
import type { AttemptOutcome, Millis, Step } from '../decide/outcome.ts';
import type { ApiRequest } from '../protocol/api-request.ts';
import type { GatewayError } from '../protocol/gateway-error.ts';
import type { StreamAnswer, UpstreamAnswer, UpstreamFailure, WholeAnswer } from '../protocol/upstream-answer.ts';
import type { LeavingSignal } from '../providers/leaving.ts';
import type { Provider, UpstreamCall } from '../providers/provider.ts';
import { readDuration } from '../syntax/quantities.ts';
import type { Clock } from './clock.ts';
import type { ModelHealth } from './model-health.ts';
import { plannedRequest } from './planned-request.ts';
import type { RequestGuards } from './request-guards.ts';
import { sendContent } from './send-content.ts';
import type { AttemptSpending, ReservedAttempt, Spending } from './spending.ts';

export interface PlanTools {
  readonly providers: ReadonlyMap<string, Provider>;
  readonly nextStep: (decision: Decision, history: readonly AttemptOutcome[], now: Millis) => Step;
  readonly clock: Clock;
  /** Hears of every call that was made. */
  readonly health: Pick<ModelHealth, 'ended'>;
}

/** What every attempt of a plan is about. */
export interface AskedOfPlan extends Pick<UpstreamCall, 'request' | 'headers'> {
  /** What the answer of a model of the catalogue is called towards the caller. */
  sealFor(model: string): UpstreamCall['sealId'];
  /** The guards of the request, where its policy has any. */
  readonly guards?: Pick<RequestGuards, 'attempt'> | undefined;
}

/** A call that was made. */
export interface AttemptRecord {
  readonly model: string;
  /** Null where it served the request. */
  readonly failure: UpstreamFailure | null;
  readonly startedAt: Millis;
  readonly endedAt: Millis;
}

export interface Served {
  readonly model: string;
  readonly answer: WholeAnswer | StreamAnswer;
  /** What was reserved for it, to be settled when its answer has ended. */
  readonly reserved: ReservedAttempt;
  /** The plan that it was made under, and its place there. */
  readonly planned: PlannedAttempt;
  /** As guards let it through. */
  readonly request: ApiRequest;
}

export interface PlanRun {
  readonly attempts: readonly AttemptRecord[];
  /** Undefined where no model served, or the caller went away. */
  readonly served: Served | undefined;
  /** `cap time` ended it. */
  readonly ranOut: boolean;
  /** A guard kept the request from being sent, or from one of the models. */
  readonly blocked?: GatewayError | undefined;
  /** Time that passed in calls and in waiting for upstreams, up to the answer or its first event. */
  readonly upstreamMs: number;
}

/**
 * Carries a decision out. What comes next is never decided here: `nextStep` is asked after every failure. Where a reservation fails, the
 * plan of the decision that follows from that takes this one's place.
 */
export async function executePlan(
  tools: PlanTools,
  spending: Pick<Spending, 'decision' | 'attempt'>,
  asked: AskedOfPlan,
  startedAt: number,
  signal: LeavingSignal,
): Promise<PlanRun> {
  const { clock, nextStep } = tools;
  const attempts: AttemptRecord[] = [];
  let history: readonly AttemptOutcome[] = [];
  let upstreamMs = 0;
  let blocked: GatewayError | undefined;
  const elapsed = () => clock.now() - startedAt;
  for (;;) {
    const now = elapsed();
    const { decision } = spending;
    const left = timeLeft(decision, now);
    const step = nextStep(decision, history, now);
    if (step.kind === 'give-up' || signal.aborted || left <= 0) {
      return { attempts, served: undefined, ranOut: left <= 0, upstreamMs, blocked };
    }
    if (step.kind === 'wait') {
      await clock.sleep(Math.min(step.until - now, left), signal);
      upstreamMs += elapsed() - now;
      continue;
    }
    const planned = plannedAt(decision, step.index);
    const spent = await prepare(spending, asked, planned, step.index);
    if (spent.kind === 'decided-again') {
      history = carryHistory(decision, spent.decision, history);
      if (spent.decision.outcome === 'reject') return { attempts, served: undefined, ranOut: false, upstreamMs };
      continue;
    }
    if (spent.kind === 'skipped') {
      blocked = spent.blocked ?? blocked;
      if (spent.isLast) return { attempts, served: undefined, ranOut: false, upstreamMs, blocked };
      history = [...history, { index: step.index, failure: 'not_reserved', startedAt: now, endedAt: elapsed() }];
      continue;
    }
    const { request = asked.request } = spent;
    const calledAt = elapsed();
    const answer = await call(tools, decision, planned, asked, request, timeLeft(decision, calledAt), signal);
    const endedAt = elapsed();
    upstreamMs += endedAt - calledAt;
    const made = { model: planned.model, failure: failureOf(answer), startedAt: calledAt, endedAt };
    attempts.push(made);
    noteHealth(tools, made, decision, signal);
    if (answer.kind !== 'failure') {
      const served = { model: planned.model, answer, reserved: spent.attempt, planned, request };
      return { attempts, served, ranOut: false, upstreamMs };
    }
    spent.attempt.release();
    history = [...history, outcomeOf(step.index, answer, calledAt, endedAt)];
  }
}

/** That the caller left, or left it no time, is not the model's fault. */
function noteHealth(
  { health }: PlanTools,
  { model, failure, startedAt, endedAt }: AttemptRecord,
  decision: Decision,
  { aborted }: LeavingSignal,
): void {
  if (failure !== null && (aborted || timeLeft(decision, endedAt) <= 0)) return;
  health.ended(model, failure, endedAt - startedAt);
}

type Prepared =
  /** `request`: where guards let it through otherwise than it was asked. */
  | { readonly kind: 'reserved'; readonly attempt: ReservedAttempt; readonly request?: ApiRequest }
  /** `isLast`: what a guard blocks is the request itself, and no other model gets it either. */
  | { readonly kind: 'skipped'; readonly blocked?: GatewayError; readonly isLast?: boolean }
  | Extract<AttemptSpending, { readonly kind: 'decided-again' }>;

/** What an attempt sends, as guards let it through, and what is reserved for it. */
function prepare(
  spending: Pick<Spending, 'decision' | 'attempt'>,
  { guards }: AskedOfPlan,
  planned: PlannedAttempt,
  index: number,
): Prepared | Promise<Prepared> {
  return guards === undefined ? spending.attempt(index) : prepareGuarded(spending, guards, planned, index);
}

async function prepareGuarded(
  spending: Pick<Spending, 'decision' | 'attempt'>,
  guards: Pick<RequestGuards, 'attempt'>,
  planned: PlannedAttempt,
  index: number,
): Promise<Prepared> {
  const guarded = await guards.attempt(spending.decision, planned);
  if (guarded.kind === 'blocked') return { kind: 'skipped', blocked: guarded.error, isLast: guarded.isWhole };
  const spent = await spending.attempt(index);
  return spent.kind === 'reserved' ? { ...spent, request: guarded.request } : spent;
}

/** What `cap time` leaves of the time of the request. */
export function timeLeft({ obligations }: Decision, now: Millis): Millis {
  const { time } = obligations.caps;
  return time === undefined ? Number.POSITIVE_INFINITY : (readDuration(time) ?? 0) - now;
}

function call(
  { providers }: PlanTools,
  decision: Decision,
  planned: PlannedAttempt,
  { headers, sealFor }: AskedOfPlan,
  request: ApiRequest,
  leftMs: Millis,
  signal: LeavingSignal,
) {
  const { model, upstream, timeoutMs, firstTokenTimeoutMs } = planned;
  const provider = providerOf(providers, planned);
  const sent = plannedRequest(request, decision, planned, provider);
  const left = Number.isFinite(leftMs) ? leftMs : null;
  const sealId = sealFor(model);
  const attempt = { upstream, request: sent, headers, timeoutMs, firstTokenTimeoutMs, leftMs: left, sealId };
  return sendContent(decision, model, () => provider.attempt(attempt, signal));
}

const failureOf = (answer: UpstreamAnswer): UpstreamFailure | null => (answer.kind === 'failure' ? answer : null);

function outcomeOf(index: number, answer: UpstreamFailure, startedAt: Millis, endedAt: Millis): AttemptOutcome {
  const { failure, retryAfterMs } = answer;
  return { index, failure, startedAt, endedAt, ...(retryAfterMs === undefined ? {} : { retryAfterMs }) };
}

function plannedAt({ attempts }: Decision, index: number): PlannedAttempt {
  const planned = attempts[index];
  if (planned === undefined) throw new Error(`nextStep chose attempt ${index} of a plan of ${attempts.length}`);
  return planned;
}

function providerOf(providers: ReadonlyMap<string, Provider>, { model, provider }: PlannedAttempt): Provider {
  const found = providers.get(provider);
  if (found === undefined) throw new Error(`the policy sends ${model} to a provider that is not running: ${provider}`);
  return found;
}
