import type { Decision, PlannedAttempt } from '../decide/decision.ts';
import type { AttemptOutcome, Millis, Step } from '../decide/outcome.ts';
import type { StreamAnswer, UpstreamFailure, WholeAnswer } from '../protocol/upstream-answer.ts';
import type { Provider, UpstreamCall } from '../providers/provider.ts';
import type { Clock } from './clock.ts';

export interface PlanTools {
  readonly providers: ReadonlyMap<string, Provider>;
  readonly nextStep: (decision: Decision, history: readonly AttemptOutcome[], now: Millis) => Step;
  readonly clock: Clock;
}

/** What every attempt of a plan is about. */
export interface AskedOfPlan extends Pick<UpstreamCall, 'request' | 'headers'> {
  /** What the answer of a model of the catalogue is called towards the caller. */
  sealFor(model: string): UpstreamCall['sealId'];
}

/** A call that was made. */
export interface AttemptRecord {
  readonly model: string;
  /** Null where it served the request. */
  readonly failure: UpstreamFailure | null;
  readonly startedAt: Millis;
  readonly endedAt: Millis;
}

export interface PlanRun {
  readonly attempts: readonly AttemptRecord[];
  /** Undefined where no model served, or the caller went away. */
  readonly served: { readonly model: string; readonly answer: WholeAnswer | StreamAnswer } | undefined;
  /** Time that passed in calls and in waiting for upstreams, up to the answer or its first event. */
  readonly upstreamMs: number;
}

/** Carries a decision out. What comes next is never decided here: `nextStep` is asked after every failure. */
export async function executePlan(
  { providers, nextStep, clock }: PlanTools,
  decision: Decision,
  asked: AskedOfPlan,
  startedAt: number,
  signal: AbortSignal,
): Promise<PlanRun> {
  const history: AttemptOutcome[] = [];
  const attempts: AttemptRecord[] = [];
  const elapsed = () => clock.now() - startedAt;
  let upstreamMs = 0;
  for (;;) {
    const now = elapsed();
    const step = nextStep(decision, history, now);
    if (step.kind === 'give-up' || signal.aborted) return { attempts, served: undefined, upstreamMs };
    if (step.kind === 'wait') {
      await clock.sleep(step.until - now, signal);
      upstreamMs += elapsed() - now;
      continue;
    }
    const planned = plannedAt(decision, step.index);
    const answer = await providerOf(providers, planned).attempt(callOf(planned, asked), signal);
    const endedAt = elapsed();
    upstreamMs += endedAt - now;
    const failure = answer.kind === 'failure' ? answer : null;
    attempts.push({ model: planned.model, failure, startedAt: now, endedAt });
    if (answer.kind !== 'failure') return { attempts, served: { model: planned.model, answer }, upstreamMs };
    history.push(outcomeOf(step.index, answer, now, endedAt));
  }
}

function callOf({ model, upstream, timeoutMs, firstTokenTimeoutMs }: PlannedAttempt, asked: AskedOfPlan): UpstreamCall {
  const { request, headers, sealFor } = asked;
  return { upstream, request, headers, timeoutMs, firstTokenTimeoutMs, sealId: sealFor(model) };
}

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
