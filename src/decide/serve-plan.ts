import type { FailureClass } from '../protocol/failure.ts';
import type { Decision } from './decision.ts';
import { nextStep } from './next-step.ts';
import type { AttemptOutcome, Millis } from './outcome.ts';

/** Which model serves a decision, and what was tried before it. */
export interface ServedPlan {
  /** Null: none did. */
  readonly model: string | null;
  readonly history: readonly AttemptOutcome[];
}

/** How long a call is taken to last before it times out, where neither policy nor provider bounds it. */
const unboundedTimeout: Millis = 600_000;

/**
 * Carries a decision out without a gateway: every attempt on a model that is down fails as it is told to, all others serve. A
 * timeout takes its time, a wait its length, anything else no time.
 */
export function servePlan(decision: Decision, down: ReadonlyMap<string, FailureClass>): ServedPlan {
  const history: AttemptOutcome[] = [];
  let now: Millis = 0;
  for (;;) {
    const step = nextStep(decision, history, now);
    if (step.kind === 'give-up') return { model: null, history };
    if (step.kind === 'wait') {
      now = step.until;
      continue;
    }
    const attempt = decision.attempts[step.index];
    const failure = attempt && down.get(attempt.model);
    if (!attempt || !failure) return { model: attempt?.model ?? null, history };
    const endedAt = now + durationOf(failure, attempt);
    history.push({ index: step.index, failure, startedAt: now, endedAt });
    now = endedAt;
  }
}

function durationOf(failure: FailureClass, { timeoutMs, firstTokenTimeoutMs }: Decision['attempts'][number]): Millis {
  if (failure === 'timeout') return timeoutMs ?? unboundedTimeout;
  return failure === 'first_token_timeout' ? (firstTokenTimeoutMs ?? timeoutMs ?? unboundedTimeout) : 0;
}
