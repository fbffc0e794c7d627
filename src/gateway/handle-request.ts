import type { Decision } from '../decide/decision.ts';
import { GatewayError } from '../protocol/gateway-error.ts';
import type { StreamAnswer, WholeAnswer } from '../protocol/upstream-answer.ts';
import { allAttemptsFailed } from './all-attempts-failed.ts';
import type { AnswerIds } from './answer-ids.ts';
import { carriedHeaders } from './carried-headers.ts';
import type { CollectFacts, FactOrigin } from './collect-facts.ts';
import { type AttemptRecord, executePlan, type PlanRun, type PlanTools } from './execute-plan.ts';
import type { LivePolicy } from './live-policy.ts';
import { policyRefusal } from './policy-refusal.ts';

export interface RequestTools extends PlanTools {
  readonly policy: LivePolicy;
  readonly collectFacts: CollectFacts;
  readonly answerIds: AnswerIds;
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
} & (
  | { readonly outcome: 'dry-run' }
  | { readonly outcome: 'aborted' }
  | { readonly outcome: 'rejected' | 'failed'; readonly error: GatewayError }
  | { readonly outcome: 'served'; readonly model: string; readonly answer: WholeAnswer | StreamAnswer }
);

const nothingDone = { attempts: [], upstreamMs: 0 } as const;

/**
 * Facts → decision → plan → answer, for every request there is, whichever API it came in through. Throws a `GatewayError` for what the
 * door refuses.
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
  const decision = policy.decide(tools.collectFacts({ ...exchange, request }, policy.requiredFacts));
  if (dryRun) return { decision, ...nothingDone, outcome: 'dry-run' };
  const refusal = policyRefusal(decision);
  if (refusal !== undefined) return { decision, ...nothingDone, outcome: 'rejected', error: refusal };
  const asked = {
    request,
    headers: carriedHeaders(request.surface, exchange.headers),
    sealFor: (model: string) => tools.answerIds.sealFor(caller.name, model),
  };
  const run = await executePlan(tools, decision, asked, exchange.startedAt, signal);
  return { decision, attempts: run.attempts, upstreamMs: run.upstreamMs, ...resultOf(run, signal) };
}

function resultOf({ served, attempts }: PlanRun, signal: AbortSignal) {
  if (served !== undefined) return { outcome: 'served', model: served.model, answer: served.answer } as const;
  if (signal.aborted) return { outcome: 'aborted' } as const;
  return { outcome: 'failed', error: allAttemptsFailed(attempts) } as const;
}
