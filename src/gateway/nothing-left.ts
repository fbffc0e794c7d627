import type { Decision } from '../decide/decision.ts';
import { GatewayError } from '../protocol/gateway-error.ts';
import type { Refused } from './meter.ts';
import { policyRefusal } from './policy-refusal.ts';

/** Where only what is still open stands in the way, or nobody knows better. */
const soonMs = 1000;

/**
 * What is counted cannot be counted now. It is not said to be used up: that would be no more true than that it is not, and a client that
 * hears 402 gives up.
 */
export function storeAway(): GatewayError {
  const why = 'budgets and limits cannot be counted at the moment: try again soon';
  return new GatewayError('store_unavailable', why, { retryAfterMs: soonMs });
}

/**
 * When it is worth asking again: soon where something is only reserved, else when a window ends or a bucket has refilled. Undefined
 * where waiting helps nothing: what is left of something that never begins again is too little for this request.
 */
function retryAfterOf(refused: readonly Refused[]): number | undefined {
  if (refused.length === 0 || refused.some(({ isOpen }) => isOpen)) return soonMs;
  const waits = refused.flatMap(({ retryAfterMs }) => retryAfterMs ?? []);
  return waits.length < refused.length ? undefined : Math.max(soonMs, ...waits);
}

function retryOf(refused: readonly Refused[]): { readonly retryAfterMs?: number } {
  const retryAfterMs = retryAfterOf(refused);
  return retryAfterMs === undefined ? {} : { retryAfterMs };
}

/**
 * A decision that was taken again refuses what settled spend alone lets through: not for good, but for now. So it is 429, whatever the
 * policy says of what is really spent, unless all of it is spent by now.
 */
export function refusedAgain(decision: Decision, refused: readonly Refused[]): GatewayError | undefined {
  const refusal = policyRefusal(decision);
  if (refusal === undefined) return undefined;
  if (refused.some(({ isUnknown }) => isUnknown)) return storeAway();
  const isSpent = refused.length > 0 && refused.every((failed) => failed.isSpent);
  const { message, code, debug } = refusal;
  return new GatewayError('rejected', message, {
    status: isSpent ? refusal.status : 429,
    publicCode: code,
    ...retryOf(refused),
    ...(debug && { debug }),
  });
}

/** No attempt was made: every model's own counters, or `cap cost`, had nothing left for it. */
export function nothingReserved(refused: readonly Refused[], exceedsCostCap: boolean): GatewayError {
  if (refused.some(({ isUnknown }) => isUnknown)) return storeAway();
  const rules = refused.map(({ charge }) => charge.name);
  if (refused.length === 0 && exceedsCostCap) {
    return new GatewayError('rejected', 'every model might cost more than the policy allows for one request', {
      status: 402,
      publicCode: 'cost-cap',
    });
  }
  return new GatewayError('rejected', 'no model has anything left for this request', {
    status: 429,
    publicCode: 'limit-exhausted',
    ...retryOf(refused),
    debug: { rules },
  });
}

/** `cap time` had passed before any model was called: what had to be reserved or waited for took too long. */
export function outOfTime(): GatewayError {
  const message = 'the time that the policy allows had passed before a model could be called';
  return new GatewayError('all_attempts_failed', message, { status: 504 });
}
