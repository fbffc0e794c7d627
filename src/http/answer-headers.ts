import type { Decision } from '../decide/decision.ts';
import type { RequestResult } from '../gateway/handle-request.ts';

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
    'x-llmpolicy-cache': 'off',
    'x-llmpolicy-overhead-ms': String(overheadMs),
  };
  if (decision.route !== null) headers['x-llmpolicy-route'] = headerText(decision.route);
  if (result.outcome === 'served') headers['x-llmpolicy-model'] = headerText(result.model);
  const split = splitTaken(decision);
  if (split !== undefined) headers['x-llmpolicy-split'] = split;
  return headers;
}

function splitTaken({ splits }: Decision): string | undefined {
  const [taken] = splits;
  return taken && `${headerText(taken.name)}/${headerText(taken.branch)}`;
}
