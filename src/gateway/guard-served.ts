import type { Decision } from '../decide/decision.ts';
import { GatewayError } from '../protocol/gateway-error.ts';
import type { foundResult } from './found-answer.ts';
import type { resultOf } from './plan-result.ts';
import type { RequestGuards } from './request-guards.ts';
import { SentText } from './sent-text.ts';

/** An answer that a guard blocks was given, and is paid. Time until a guarded stream begins is the upstream's. */
export async function guardServed(
  guards: RequestGuards,
  decision: Decision,
  result: ServedResult,
  now: () => number,
  upstreamMs: number,
) {
  const { answer } = result;
  const end: typeof result.end = (told, sent, broken) => result.end(told, guards.written ?? sent, broken);
  const startedAt = now();
  const waited = () => (answer.kind === 'stream' ? upstreamMs + now() - startedAt : upstreamMs);
  try {
    return { ...result, end, answer: await guards.answer(decision, answer), upstreamMs: waited() };
  } catch (error) {
    if (answer.kind === 'whole') end(answer.usage, answer.body);
    else end(answer.usage(), new SentText());
    if (!(error instanceof GatewayError)) throw error;
    const outcome = error.kind === 'guard_blocked' ? ('rejected' as const) : ('failed' as const);
    return { outcome, error, upstreamMs: waited() };
  }
}

type ServedResult =
  | Extract<ReturnType<typeof resultOf>, { readonly outcome: 'served' }>
  | ReturnType<typeof foundResult>;
