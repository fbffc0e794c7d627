import type { Decision } from '../decide/decision.ts';
import { GatewayError } from '../protocol/gateway-error.ts';
import type { ChargeStanding } from './meter.ts';

/** What callers are told of a limit, in the way of OpenAI's `x-ratelimit-*` headers. */
export interface LimitTold {
  readonly of: 'requests' | 'tokens';
  readonly limit: number;
  readonly remaining: number;
  readonly resetsInMs: number | null;
}

/** Of the limits that a request is held to, the tightest of requests and the tightest of tokens. */
export function limitsTold({ obligations }: Decision, standings: readonly ChargeStanding[]): readonly LimitTold[] {
  let requests: LimitTold | undefined;
  let tokens: LimitTold | undefined;
  for (const standing of standings) {
    if (!obligations.limits.some(({ name }) => name === standing.charge.name)) continue;
    const told = toldOf(standing);
    if (told?.of === 'requests') requests = tighter(requests, told);
    else if (told) tokens = tighter(tokens, told);
  }
  return [requests, tokens].filter((told) => told !== undefined);
}

function toldOf(standing: ChargeStanding): LimitTold | undefined {
  const { charge, settled, open, capacity, resetsInMs, isUnknown } = standing;
  const { unit, model } = charge;
  if (isUnknown || model !== null || unit === 'money' || unit === 'concurrent') return undefined;
  const remaining = Math.max(0, capacity - settled - open - (unit === 'req' ? 1 : 0));
  return { of: unit === 'req' ? 'requests' : 'tokens', limit: capacity, remaining, resetsInMs };
}

function tighter(before: LimitTold | undefined, told: LimitTold): LimitTold {
  return before === undefined || told.remaining < before.remaining ? told : before;
}

/** A budget or limit that is used up says when there is room again, where there ever is. */
export function withRetry(error: GatewayError, decision: Decision, standings: readonly ChargeStanding[]): GatewayError {
  if (error.status !== 429 && error.status !== 402) return error;
  const rules = new Set(decision.reject?.rules ?? []);
  const spent = standings.filter(({ charge }) => rules.has(charge.name));
  const waits = spent.flatMap(({ freeInMs }) => freeInMs ?? []);
  if (waits.length < Math.max(1, spent.length)) return error;
  return new GatewayError(error.kind, error.message, {
    status: error.status,
    publicCode: error.code,
    param: error.param,
    retryAfterMs: Math.max(1000, ...waits),
    ...(error.debug && { debug: error.debug }),
  });
}
