import type { LeavingSignal } from '../providers/leaving.ts';
import type { RequestResult } from './exchange.ts';
import { type AskedOfPlan, executePlan, type PlanRun } from './execute-plan.ts';
import { guardServed } from './guard-served.ts';
import type { Likeness } from './likeness.ts';
import { resultOf } from './plan-result.ts';
import type { RequestCache } from './request-cache.ts';
import type { Started } from './started.ts';
import { cacheMissed, WatchedCache } from './watched-cache.ts';

/** The caches of a request whose policy has some: one that it may be answered from, one that is only watched, or neither. */
export interface Caching {
  readonly cache: RequestCache | undefined;
  readonly shadow: Likeness | undefined;
}

/** Carries the plan out, and keeps what came of it. */
export async function askModels(
  started: Started,
  carried: Readonly<Record<string, string>>,
  caching: Caching | undefined,
  signal: LeavingSignal,
): Promise<RequestResult> {
  const { tools, exchange, spending, guards } = started;
  const watched = caching?.shadow && new WatchedCache(caching.shadow, (error) => tools.caches.bug(exchange.id, error));
  const run = await executePlan(tools, spending, askedBy(started, carried), exchange.startedAt, signal);
  const { done, result, kept } = takeDown(run, started, caching, watched, signal);
  if (result.outcome !== 'served') return { ...done, ...result };
  const guarded =
    guards === undefined ? result : await guardServed(guards, done.decision, result, tools.clock.now, done.upstreamMs);
  if (kept === undefined || guarded.outcome !== 'served') {
    caching?.cache?.leave();
    return { ...done, ...guarded };
  }
  return { ...done, ...guarded, ...kept.passed(guarded) };
}

/** What every model of the plan is asked; copies of it are on their way to mirrors. */
function askedBy(
  { tools, exchange, spending, record, guards }: Started,
  headers: Readonly<Record<string, string>>,
): AskedOfPlan {
  const { id, caller, request } = exchange;
  if (spending.decision.obligations.mirrors.length > 0) {
    tools.mirrors.send({ requestId: id, request, headers, spending, record, guards });
  }
  return { request, guards, headers, sealFor: (model) => tools.answerIds.sealFor(caller.name, model) };
}

/** Says what came of the plan to all who keep something of it. */
function takeDown(
  run: PlanRun,
  started: Started,
  caching: Caching | undefined,
  watched: WatchedCache | undefined,
  signal: LeavingSignal,
) {
  const { spending, record, standings, guards } = started;
  const { decision, facts } = spending;
  const { attempts, served } = run;
  const cache = cacheMissed(caching?.cache, watched);
  const content = guards === undefined ? undefined : served?.request.body;
  record.did({ decision, facts, attempts, modelServed: served?.model ?? null, content, cache });
  const upstreamMs = run.upstreamMs + (caching?.cache?.waitedMs ?? 0);
  const done = { decision, attempts, upstreamMs, standings, cache, guards, record };
  const kept = served && caching?.cache?.keep(served);
  const result = resultOf(run, started, signal);
  if (result.outcome !== 'served') caching?.cache?.leave();
  else if (served) watched?.answered(served.planned, record.id);
  if (kept === undefined || result.outcome !== 'served') return { done, result, kept };
  return { done, result: { ...result, answer: kept.answer }, kept };
}
