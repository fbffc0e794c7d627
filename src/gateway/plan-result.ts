import { counterFacts } from '../decide/counter-facts.ts';
import type { GatewayError } from '../protocol/gateway-error.ts';
import type { UpstreamFailure } from '../protocol/upstream-answer.ts';
import type { Usage } from '../protocol/usage.ts';
import type { LeavingSignal } from '../providers/leaving.ts';
import { allAttemptsFailed } from './all-attempts-failed.ts';
import type { AttemptRecord, PlanRun, Served } from './execute-plan.ts';
import { nothingReserved, outOfTime, refusedAgain } from './nothing-left.ts';
import { cappedTo } from './planned-request.ts';
import type { Written } from './sent-text.ts';
import type { Settled } from './spending.ts';
import type { Started } from './started.ts';

/** What a plan that was carried out came to. */
export function resultOf({ served, attempts, ranOut, blocked }: PlanRun, started: Started, signal: LeavingSignal) {
  const { exchange, spending } = started;
  if (served !== undefined) {
    const { model, answer, planned } = served;
    const capped = cappedTo(exchange.request, spending.decision, planned);
    const end = endOf(served, attempts, started);
    return { outcome: 'served', model, answer, cappedTo: capped, end } as const;
  }
  spending.end();
  if (signal.aborted) return { outcome: 'aborted' } as const;
  const rejected = refusedAgain(spending.decision, spending.refused);
  if (rejected !== undefined) return { outcome: outcomeOf(rejected), error: rejected } as const;
  if (blocked !== undefined && attempts.length === 0) return { outcome: 'rejected', error: blocked } as const;
  if (attempts.length > 0) return { outcome: 'failed', error: allAttemptsFailed(attempts) } as const;
  if (ranOut) return { outcome: 'failed', error: outOfTime() } as const;
  const error = nothingReserved(spending.refused, spending.exceedsCostCap);
  return { outcome: outcomeOf(error), error } as const;
}

/** Whether a refusal is the policy's own: what is refused only because nobody knows how counters stand is not. */
export function isPolicys({ policy, spending, standings }: Started): boolean {
  const unknown = standings.filter(({ isUnknown }) => isUnknown);
  if (unknown.length === 0) return true;
  const facts = new Map(spending.facts);
  for (const standing of unknown) for (const [key] of counterFacts(standing.charge, standing)) facts.delete(key);
  return policy.decide(facts).outcome === 'reject';
}

export const outcomeOf = ({ kind }: GatewayError) => (kind === 'rejected' ? 'rejected' : 'failed');

/** What is said more than once counts once. */
function endOf(
  { model, reserved }: Served,
  attempts: readonly AttemptRecord[],
  { tools, exchange, spending, record }: Started,
) {
  let ended: Settled | undefined;
  return (told: Usage | undefined, written: Written, broken?: UpstreamFailure): Settled => {
    if (ended === undefined) {
      if (broken !== undefined) {
        const calledAt = exchange.startedAt + (attempts.at(-1)?.startedAt ?? 0);
        tools.health.ended(model, broken, tools.clock.now() - calledAt);
      }
      ended = reserved.settle(told, written);
      spending.end();
      record.used(ended);
    }
    return ended;
  };
}
