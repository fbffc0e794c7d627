import type { Decision } from '../decide/decision.ts';
import type { FactKey, Facts } from '../decide/facts.ts';
import { GatewayError } from '../protocol/gateway-error.ts';
import type { StreamAnswer, WholeAnswer } from '../protocol/upstream-answer.ts';
import type { Usage } from '../protocol/usage.ts';
import type { Value } from '../semantics/types.ts';
import { abandonAnswer } from './abandon-answer.ts';
import { allAttemptsFailed } from './all-attempts-failed.ts';
import type { AnswerIds } from './answer-ids.ts';
import { carriedHeaders } from './carried-headers.ts';
import type { CollectFacts, FactOrigin } from './collect-facts.ts';
import { type AttemptRecord, executePlan, type PlanRun, type PlanTools, type Served } from './execute-plan.ts';
import type { LivePolicy } from './live-policy.ts';
import { nothingReserved, refusedAgain } from './nothing-left.ts';
import { policyRefusal } from './policy-refusal.ts';
import type { RecordedRequest, Recorder } from './recorder.ts';
import { Spending, type SpendingTools } from './spending.ts';

export interface RequestTools extends PlanTools, SpendingTools {
  readonly policy: LivePolicy;
  readonly collectFacts: CollectFacts;
  readonly answerIds: AnswerIds;
  readonly recorder: Recorder;
}

export interface Exchange extends FactOrigin {
  /** The clock's time at which the gateway took the request up. */
  readonly startedAt: number;
  /** Decide, and call nobody. */
  readonly dryRun: boolean;
}

/** What came of a request: the decision, what was done, and what to answer. */
export type RequestResult = {
  readonly decision: Decision;
  readonly attempts: readonly AttemptRecord[];
  readonly upstreamMs: number;
  /** What is kept of it, of a dry run nothing: whoever answers says how that ended. */
  readonly record?: RecordedRequest;
} & (
  | { readonly outcome: 'dry-run' }
  | { readonly outcome: 'aborted' }
  | { readonly outcome: 'rejected' | 'failed'; readonly error: GatewayError }
  | {
      readonly outcome: 'served';
      readonly model: string;
      readonly answer: WholeAnswer | StreamAnswer;
      /** Says what the answer used, once it has ended. Returns what it cost in nano-units, where that is known. */
      readonly end: (usage: Usage | undefined) => number | undefined;
    }
);

const nothingDone = { attempts: [], upstreamMs: 0 } as const;

/**
 * Facts → decision → reservations → plan → answer, for every request there is, whichever API it came in through. Throws a `GatewayError`
 * for what the door refuses.
 */
export async function handleRequest(
  tools: RequestTools,
  exchange: Exchange,
  signal: AbortSignal,
): Promise<RequestResult> {
  const { caller, dryRun } = exchange;
  if (caller.admin && !dryRun) {
    throw new GatewayError(
      'invalid_api_key',
      'the admin token calls no model: use a virtual key, or ask for a dry run',
    );
  }
  const policy = tools.policy.current;
  const request = tools.answerIds.open(exchange.request, caller.name);
  const gathered = tools.collectFacts({ ...exchange, request }, policy.requiredFacts);
  const facts = withFacts(gathered, await tools.meter.readFacts(policy.program, gathered));
  const first = policy.decide(facts);
  if (dryRun) return { decision: first, ...nothingDone, outcome: 'dry-run' };
  const record = await tools.recorder.open({ ...exchange, request }, facts, first);
  const spending = new Spending(tools, policy, facts, first, record.id);
  const result = await carryOut(tools, { ...exchange, request }, spending, record, signal).catch((bug: unknown) => {
    record.end({ ...unanswered, state: 'failed', error: 'internal_error' });
    throw bug;
  });
  await record.kept().catch(async (unkept: unknown) => {
    if (result.outcome === 'served') await abandonAnswer(result);
    record.end({ ...unanswered, state: 'failed', error: 'ledger_unavailable' });
    throw unkept;
  });
  return { ...result, record };
}

const unanswered = { latencyMs: null, overheadMs: null };

async function carryOut(
  tools: RequestTools,
  { caller, request, headers, startedAt }: Exchange,
  spending: Spending,
  record: RecordedRequest,
  signal: AbortSignal,
): Promise<RequestResult> {
  const refusal = policyRefusal(spending.decision);
  if (refusal !== undefined) {
    return { decision: spending.decision, ...nothingDone, outcome: 'rejected', error: refusal };
  }
  const admitted = refusedAgain(await spending.admit(), spending.refused);
  const { decision, facts } = spending;
  if (admitted !== undefined) {
    record.did({ decision, facts, attempts: [], modelServed: null });
    return { decision, ...nothingDone, outcome: 'rejected', error: admitted };
  }
  const asked = {
    request,
    headers: carriedHeaders(request.surface, headers),
    sealFor: (model: string) => tools.answerIds.sealFor(caller.name, model),
  };
  const run = await executePlan(tools, spending, asked, startedAt, signal);
  const { attempts, upstreamMs, served } = run;
  record.did({ decision: spending.decision, facts: spending.facts, attempts, modelServed: served?.model ?? null });
  return { decision: spending.decision, attempts, upstreamMs, ...resultOf(run, spending, record, signal) };
}

function withFacts(facts: Facts, further: readonly (readonly [FactKey, Value])[]): Facts {
  return further.length === 0 ? facts : new Map([...facts, ...further]);
}

function resultOf({ served, attempts }: PlanRun, spending: Spending, record: RecordedRequest, signal: AbortSignal) {
  if (served !== undefined) return { outcome: 'served', ...served, end: endOf(served, spending, record) } as const;
  spending.end();
  if (signal.aborted) return { outcome: 'aborted' } as const;
  const rejected = refusedAgain(spending.decision, spending.refused);
  if (rejected !== undefined) return { outcome: 'rejected', error: rejected } as const;
  const error =
    attempts.length === 0 ? nothingReserved(spending.refused, spending.exceedsCostCap) : allAttemptsFailed(attempts);
  return { outcome: attempts.length === 0 ? 'rejected' : 'failed', error } as const;
}

/** What is said more than once counts once. */
function endOf(
  { reserved }: Served,
  spending: Spending,
  record: RecordedRequest,
): (usage: Usage | undefined) => number | undefined {
  let ended: { readonly cost: number | undefined } | undefined;
  return (usage) => {
    if (ended === undefined) {
      ended = { cost: reserved.settle(usage) };
      spending.end();
      record.used(usage, ended.cost);
    }
    return ended.cost;
  };
}
