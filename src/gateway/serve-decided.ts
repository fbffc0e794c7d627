import type { Decision } from '../decide/decision.ts';
import type { Facts } from '../decide/facts.ts';
import type { LeavingSignal } from '../providers/leaving.ts';
import { abandonAnswer } from './abandon-answer.ts';
import { askModels, type Caching } from './ask-models.ts';
import { carriedHeaders } from './carried-headers.ts';
import { type Exchange, nothingDone, type RequestResult, type RequestTools } from './exchange.ts';
import { timeLeft } from './execute-plan.ts';
import { cacheDone, foundResult } from './found-answer.ts';
import { guardServed } from './guard-served.ts';
import { withRetry } from './limits-told.ts';
import type { ChargeStanding } from './meter.ts';
import { refusedAgain, storeAway } from './nothing-left.ts';
import { openGuards } from './open-guards.ts';
import { openRequestCache, openShadowLikeness } from './open-request-cache.ts';
import { isPolicys, outcomeOf } from './plan-result.ts';
import { policyRefusal } from './policy-refusal.ts';
import type { RecordedRequest } from './recorder.ts';
import type { RequestCache } from './request-cache.ts';
import type { ServedPolicy } from './served-policy.ts';
import { Spending } from './spending.ts';
import type { Started } from './started.ts';

/** What the first decision was, and on what it was taken. */
export interface Decided {
  readonly policy: ServedPolicy;
  readonly facts: Facts;
  readonly first: Decision;
  readonly standings: readonly ChargeStanding[];
}

/** Carries out what was decided, and keeps what came of it. */
export async function serveDecided(
  tools: RequestTools,
  exchange: Exchange,
  decided: Decided,
  signal: LeavingSignal,
): Promise<RequestResult> {
  tellNotices(tools, decided);
  // What is there already is not waited for: each step that a request waits costs others time too.
  const opening = tools.recorder.open(exchange, decided.facts, decided.first);
  const record = opening instanceof Promise ? await opening : opening;
  const started = start(tools, exchange, decided, record, signal);
  let result: RequestResult;
  try {
    result = await carryOut(started, signal);
  } catch (bug) {
    started.spending.end();
    record.end({ ...unanswered, error: 'internal_error' });
    throw bug;
  }
  try {
    const keeping = record.kept();
    if (keeping !== undefined) await keeping;
  } catch (unkept) {
    if (result.outcome === 'served') await abandonAnswer(result);
    record.end({ ...unanswered, error: 'ledger_unavailable' });
    throw unkept;
  }
  return result;
}

function tellNotices({ notifier }: RequestTools, { policy, facts, first, standings }: Decided): void {
  if (!standings.some(({ isUnknown }) => isUnknown)) notifier.tell(policy, facts, first, standings);
}

function start(
  tools: RequestTools,
  exchange: Exchange,
  { policy, facts, first, standings }: Decided,
  record: RecordedRequest,
  signal: LeavingSignal,
): Started {
  const { request } = exchange;
  const { program } = policy;
  const spending = new Spending(tools, policy, { id: record.id, request, facts, decision: first });
  const guards =
    program.guards.length === 0 ? undefined : openGuards(tools, { request, program, spending, record, signal });
  record.guardedBy(guards);
  return { tools, exchange, spending, record, standings, policy, guards };
}

const unanswered = { state: 'failed', latencyMs: null, overheadMs: null } as const;

/** What there is to say of a request before anybody answers it. */
function unansweredOf({ spending, standings, guards, record }: Started) {
  return { decision: spending.decision, ...nothingDone, standings, guards, record };
}

async function carryOut(started: Started, signal: LeavingSignal): Promise<RequestResult> {
  const { exchange, spending, record, standings, policy } = started;
  const first = spending.decision;
  const refusal = policyRefusal(first);
  if (refusal !== undefined) {
    const error = isPolicys(started) ? withRetry(refusal, first, standings) : storeAway();
    return { ...unansweredOf(started), outcome: outcomeOf(error), error };
  }
  const admitting = spending.admit();
  const again = admitting instanceof Promise ? await admitting : admitting;
  const admitted = refusedAgain(again, spending.refused);
  if (admitted !== undefined) {
    const { decision, facts } = spending;
    record.did({ decision, facts, attempts: [], modelServed: null });
    return { ...unansweredOf(started), outcome: outcomeOf(admitted), error: admitted };
  }
  const carried = carriedHeaders(exchange.request.surface, exchange.headers);
  if (policy.program.caches.length === 0) return await askModels(started, carried, undefined, signal);
  const caching = openCaching(started, carried, signal);
  try {
    const answered = caching.cache && (await askCache(started, caching.cache));
    return answered ?? (await askModels(started, carried, caching, signal));
  } catch (error) {
    caching.cache?.leave();
    throw error;
  }
}

function openCaching(started: Started, carried: Readonly<Record<string, string>>, signal: LeavingSignal): Caching {
  const { tools, policy, exchange, spending, record, guards } = started;
  const { request, headers, caller, startedAt } = exchange;
  const leftMs = () => timeLeft(spending.decision, tools.clock.now() - startedAt);
  const admitted = { request, headers, carried, caller: caller.name, spending, record, guards, signal, leftMs };
  return { cache: openRequestCache(tools, admitted), shadow: openShadowLikeness(tools, policy.program, admitted) };
}

/** Nobody is called and nothing is copied where an answer is found. */
async function askCache(started: Started, cache: RequestCache): Promise<RequestResult | undefined> {
  const found = await cache.find();
  if (found === undefined) return undefined;
  const { tools, exchange, spending, record, guards } = started;
  const { request } = exchange;
  const { decision, facts } = spending;
  const done = { ...unansweredOf(started), cache: cacheDone(found) };
  const content = guards === undefined ? undefined : request.body;
  record.did({ decision, facts, attempts: [], modelServed: found.planned.model, content, cache: done.cache });
  const result = { ...foundResult(found, request, spending, record), upstreamMs: cache.waitedMs };
  cache.leave();
  if (guards === undefined) return { ...done, ...result };
  return { ...done, ...(await guardServed(guards, decision, result, tools.clock.now, cache.waitedMs)) };
}
