import type { Request, Response } from 'express';
import type { AttemptRecord } from '../gateway/execute-plan.ts';
import { entryStates } from '../ledger/ledger-entry.ts';
import { writeMoney } from '../syntax/quantities.ts';
import type { RequestEntry } from '../telemetry/request-entry.ts';
import { type RequestContext, withoutSecrets } from './context.ts';
import { endpointAt } from './endpoint.ts';

/** nginx's number for a caller that did not wait: no answer was sent, so there is no status to log. */
const callerGone = 499;

/** Longer names of models are nobody's. */
const longestShown = 256;

export function entryOf(request: Request, response: Response, context: RequestContext, now: number): RequestEntry {
  const { result, settled } = context;
  const guards = result?.guards?.hits ?? [];
  const endpoint = endpointAt(request.path);
  const isGone = !response.writableFinished;
  return {
    requestId: context.id,
    method: request.method,
    path: endpoint === 'other' || endpoint === 'admin' ? shown(request.path, context) : request.path,
    endpoint,
    status: isGone ? callerGone : response.statusCode,
    outcome: isGone ? 'aborted' : outcomeOf(context),
    key: context.caller?.name ?? null,
    modelAsked: modelShown(context),
    policy: result?.decision.policy.digest ?? null,
    route: result?.decision.route ?? null,
    modelServed: result?.outcome === 'served' ? result.model : null,
    attempts: result?.attempts.map((attempt) => describeAttempt(attempt, context)) ?? [],
    usage: settled?.usage ?? null,
    usageDoubt: settled?.doubt ?? null,
    cost: writtenCost(context) ?? null,
    latencyMs: roundMs(now - context.startedAt),
    overheadMs: context.overheadMs ?? null,
    firstTokenMs: firstTokenOf(context),
    error: context.errorCode ?? null,
    ...(guards.length > 0 && { guards }),
    ...(result?.cache !== undefined && { cache: result.cache }),
  };
}

function shown(text: string, context: RequestContext): string {
  return withoutSecrets(text.slice(0, longestShown), context);
}

/** What the config calls a model is no secret. */
function modelShown(context: RequestContext): string | null {
  const { modelAsked, running } = context;
  if (modelAsked === undefined) return null;
  return running.inventory.config.models.has(modelAsked) ? modelAsked : shown(modelAsked, context);
}

/** What an answer cost, as it is read: a decimal number in the config's currency. Undefined where it is not known. */
export function writtenCost(context: RequestContext): string | undefined {
  const cost = context.settled?.cost;
  if (cost === undefined) return undefined;
  context.writtenCost ??= writeMoney(cost, 'USD').slice(1);
  return context.writtenCost;
}

/** Of a stream: from the request to the first event that went on to the caller. */
function firstTokenOf({ result }: RequestContext): number | null {
  if (result?.outcome !== 'served' || result.answer.kind !== 'stream') return null;
  const served = result.attempts.at(-1);
  return served === undefined ? null : roundMs(served.endedAt);
}

function outcomeOf({ result, errorCode }: RequestContext): string | null {
  if (result === undefined) return null;
  // An answer that was being served and ended in an error broke off on its way.
  return result.outcome === 'served' && errorCode !== undefined ? 'broken' : result.outcome;
}

function describeAttempt(
  { model, failure, startedAt, endedAt }: AttemptRecord,
  context: RequestContext,
): RequestEntry['attempts'][number] {
  const ms = roundMs(endedAt - startedAt);
  if (failure === null) return { model, ms };
  return {
    model,
    failure: failure.failure,
    status: failure.status,
    said: withoutSecrets(failure.message, context),
    ms,
  };
}

/** Says in the ledger how a request ended, once its answer has gone out or its caller has gone. */
export function endRecord(context: RequestContext, outcome: string | null, now: number): void {
  const state = entryStates.find((known) => known === outcome) ?? 'failed';
  if (state === 'open') return;
  const { overheadMs = null, errorCode: error = null } = context;
  context.result?.record?.end({ state, latencyMs: roundMs(now - context.startedAt), overheadMs, error });
}

/** To the microsecond. */
export function roundMs(milliseconds: number): number {
  return Math.round(milliseconds * 1000) / 1000;
}
