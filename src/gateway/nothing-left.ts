import type { Decision } from '../decide/decision.ts';
import { GatewayError } from '../protocol/gateway-error.ts';
import type { Refused } from './meter.ts';
import { policyRefusal } from './policy-refusal.ts';

/** Where only what is still open stands in the way, or nobody knows better. */
const soonMs = 1000;

/** When it is worth asking again: soon where something is only reserved, else when a window ends or a bucket has refilled. */
export function retryAfterOf(refused: readonly Refused[]): number {
  if (refused.length === 0 || refused.some(({ isOpen }) => isOpen)) return soonMs;
  const waits = refused.flatMap(({ retryAfterMs }) => retryAfterMs ?? []);
  return waits.length === 0 ? soonMs : Math.max(soonMs, ...waits);
}

/**
 * A decision that was taken again refuses what settled spend alone had let through: not for good, but for now. So it is 429, whatever
 * the policy says of what is really spent.
 */
export function refusedAgain(decision: Decision, refused: readonly Refused[]): GatewayError | undefined {
  const refusal = policyRefusal(decision);
  if (refusal === undefined) return undefined;
  const { message, code, debug } = refusal;
  return new GatewayError('rejected', message, {
    status: 429,
    publicCode: code,
    retryAfterMs: retryAfterOf(refused),
    ...(debug && { debug }),
  });
}

/** No attempt was made: every model's own counters, or `cap cost`, had nothing left for it. */
export function nothingReserved(refused: readonly Refused[], exceedsCostCap: boolean): GatewayError {
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
    retryAfterMs: retryAfterOf(refused),
    debug: { rules },
  });
}
