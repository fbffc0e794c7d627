import type { Response } from 'express';
import type { Decision } from '../decide/decision.ts';
import type { RequestResult } from '../gateway/exchange.ts';
import { type LimitTold, limitsTold } from '../gateway/limits-told.ts';

/** Names come from policies and configs, in any script; header values are visible ASCII. */
function headerText(name: string): string {
  return /^[\x20-\x7e]*$/.test(name) ? name : encodeURIComponent(name);
}

/**
 * Names and values in turn, each name once: `writeHead` takes half as long for them as for an object, and Node several times as long
 * for one header after the other.
 */
export type HeaderList = string[];

/** What every answer says of its decision, refusals and failures too. */
export function answerHeaders(id: string, result: RequestResult, overheadMs: number): HeaderList {
  const { decision, attempts } = result;
  const headers = ['x-request-id', id, 'x-llmpolicy-policy', decision.policy.digest];
  headers.push('x-llmpolicy-attempts', String(attempts.length));
  headers.push('x-llmpolicy-cache', result.cache?.status ?? 'off');
  headers.push('x-llmpolicy-overhead-ms', String(overheadMs));
  if (decision.route !== null) headers.push('x-llmpolicy-route', headerText(decision.route));
  if (result.outcome === 'served') headers.push('x-llmpolicy-model', headerText(result.model));
  if (result.outcome === 'served' && result.cappedTo !== undefined) {
    headers.push('x-llmpolicy-capped', `output=${result.cappedTo}`);
  }
  for (const told of limitsTold(decision, result.standings)) addLimit(headers, told);
  const split = splitTaken(decision);
  if (split !== undefined) headers.push('x-llmpolicy-split', split);
  return headers;
}

/** For an answer whose status and body are still to come. */
export function setHeaders(response: Response, headers: HeaderList): void {
  for (let at = 0; at < headers.length; at += 2) response.setHeader(headers[at] ?? '', headers[at + 1] ?? '');
}

/** As OpenAI says it, so that its clients slow down by themselves. */
function addLimit(headers: HeaderList, { of, limit, remaining, resetsInMs }: LimitTold): void {
  headers.push(`x-ratelimit-limit-${of}`, String(limit), `x-ratelimit-remaining-${of}`, String(remaining));
  if (resetsInMs !== null) headers.push(`x-ratelimit-reset-${of}`, `${Math.ceil(resetsInMs / 1000)}s`);
}

function splitTaken({ splits }: Decision): string | undefined {
  const [taken] = splits;
  return taken && `${headerText(taken.name)}/${headerText(taken.branch)}`;
}
