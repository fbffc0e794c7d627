import type { Decision } from '../decide/decision.ts';
import type { RequestResult } from '../gateway/exchange.ts';
import { type LimitTold, limitsTold } from '../gateway/limits-told.ts';

/** Names come from policies and configs, in any script; header values are visible ASCII. */
function headerText(name: string): string {
  return /^[\x20-\x7e]*$/.test(name) ? name : encodeURIComponent(name);
}

/**
 * What every answer says of its decision, refusals and failures too. One object for `writeHead`: header by header, Node takes
 * several times as long.
 */
export function answerHeaders(id: string, result: RequestResult, overheadMs: number): Record<string, string> {
  const { decision, attempts } = result;
  const headers: Record<string, string> = {
    'x-request-id': id,
    'x-llmpolicy-policy': decision.policy.digest,
    'x-llmpolicy-attempts': String(attempts.length),
    'x-llmpolicy-cache': result.cache?.status ?? 'off',
    'x-llmpolicy-overhead-ms': String(overheadMs),
  };
  if (decision.route !== null) headers['x-llmpolicy-route'] = headerText(decision.route);
  if (result.outcome === 'served') headers['x-llmpolicy-model'] = headerText(result.model);
  if (result.outcome === 'served' && result.cappedTo !== undefined) {
    headers['x-llmpolicy-capped'] = `output=${result.cappedTo}`;
  }
  for (const told of limitsTold(decision, result.standings)) addLimit(headers, told);
  const split = splitTaken(decision);
  if (split !== undefined) headers['x-llmpolicy-split'] = split;
  return headers;
}

/** As OpenAI says it, so that its clients slow down by themselves. */
function addLimit(headers: Record<string, string>, { of, limit, remaining, resetsInMs }: LimitTold): void {
  headers[`x-ratelimit-limit-${of}`] = String(limit);
  headers[`x-ratelimit-remaining-${of}`] = String(remaining);
  if (resetsInMs !== null) headers[`x-ratelimit-reset-${of}`] = `${Math.ceil(resetsInMs / 1000)}s`;
}

function splitTaken({ splits }: Decision): string | undefined {
  const [taken] = splits;
  return taken && `${headerText(taken.name)}/${headerText(taken.branch)}`;
}
