import type { Decision } from './decision.ts';
import { murmur3 } from './murmur3.ts';
import type { AttemptOutcome, Millis, Step } from './outcome.ts';

/**
 * What comes after these attempts. Pure, so that a dry run, a test and the gateway take the same steps:
 * a class in `retry` with a retry left → the same model after its backoff; else a class in `fallback`, or one that the next
 * pick comes `after` → the next model; else give up.
 */
export function nextStep(decision: Decision, history: readonly AttemptOutcome[], now: Millis): Step {
  const last = history.at(-1);
  if (!last)
    return decision.attempts.length > 0 ? { kind: 'attempt', index: 0 } : { kind: 'give-up', reason: 'exhausted' };
  const planned = retryStep(decision, history, last) ?? fallbackStep(decision, history, last);
  if (planned.kind === 'give-up') return planned;
  const start = planned.kind === 'wait' ? Math.max(planned.until, now) : now;
  if (!mayStart(decision, history, start)) return { kind: 'give-up', reason: 'deadline' };
  return planned.kind === 'wait' && planned.until <= now ? { kind: 'attempt', index: planned.index } : planned;
}

/** `within` bounds the time in which a further call may start. */
function mayStart({ fallback }: Decision, history: readonly AttemptOutcome[], start: Millis): boolean {
  const first = history[0]?.startedAt ?? 0;
  return fallback.withinMs === null || start - first <= fallback.withinMs;
}

function retryStep(decision: Decision, history: readonly AttemptOutcome[], last: AttemptOutcome): Step | undefined {
  const retry = decision.retry.find(({ on }) => on.includes(last.failure));
  if (!retry) return undefined;
  const failed = history.filter(({ index, failure }) => index === last.index && retry.on.includes(failure)).length;
  if (failed > retry.times) return undefined;
  const backoff = backoffOf(decision, retry.backoffMs, failed, history.length);
  const asked = last.retryAfterMs ?? 0;
  // A longer Retry-After is waited for only when no model is left, else the plan moves on.
  if (asked > backoff && fallbackStep(decision, history, last).kind !== 'give-up') return undefined;
  return { kind: 'wait', until: last.endedAt + Math.max(backoff, asked), index: last.index };
}

/**
 * The first bound, doubled for each failure up to the second, of which a part between a half and the whole is waited: which part
 * comes from the hash of the request's id and the number of the attempt, so that many callers do not return at once, and a
 * replay waits the same.
 */
function backoffOf(
  { facts }: Decision,
  [base, most]: readonly [number, number],
  failed: number,
  attempt: number,
): Millis {
  const whole = Math.min(base * 2 ** (failed - 1), most);
  const part = murmur3(`${facts['request.id']}\0${attempt}`) / 2 ** 32;
  return Math.round(whole * (0.5 + part / 2));
}

function fallbackStep(decision: Decision, history: readonly AttemptOutcome[], last: AttemptOutcome): Step {
  const { attempts, fallback } = decision;
  const tried = new Set(history.map(({ index }) => index)).size;
  let skipped = false;
  for (let index = last.index + 1; index < attempts.length; index++) {
    const after = attempts[index]?.after;
    const follows = after?.includes(last.failure) === true;
    if (after && !follows) {
      skipped = true;
      continue;
    }
    if (!follows && !fallback.on.includes(last.failure)) return { kind: 'give-up', reason: 'no-fallback' };
    if (fallback.maxAttempts !== null && tried >= fallback.maxAttempts)
      return { kind: 'give-up', reason: 'max-attempts' };
    return { kind: 'attempt', index };
  }
  const covered = fallback.on.includes(last.failure);
  return { kind: 'give-up', reason: covered || skipped ? 'exhausted' : 'no-fallback' };
}
