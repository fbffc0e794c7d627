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
  const { failure: failed } = last;
  const retry = decision.retry.find(({ on }) => failed !== 'not_reserved' && on.includes(failed));
  if (!retry || last.index < 0) return undefined;
  const failures = history.filter(({ index, failure }) => {
    return index === last.index && failure !== 'not_reserved' && retry.on.includes(failure);
  }).length;
  if (failures > retry.times) return undefined;
  const backoff = backoffOf(decision, retry.backoffMs, failures, history.length);
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
  const { failure } = last;
  const wasSkipped = failure === 'not_reserved';
  const called = new Set(history.flatMap((outcome) => (outcome.failure === 'not_reserved' ? [] : [outcome.index])));
  const done = new Set(history.map(({ index }) => index));
  const covered = wasSkipped || fallback.on.includes(failure);
  let skipped = false;
  const start = last.carried ? 0 : last.index + 1;
  for (let index = start; index < attempts.length; index++) {
    if (done.has(index)) continue;
    const after = attempts[index]?.after;
    const follows = !wasSkipped && after?.includes(failure) === true;
    if (after && !follows) {
      skipped = true;
      continue;
    }
    if (!follows && !covered) return { kind: 'give-up', reason: 'no-fallback' };
    if (fallback.maxAttempts !== null && called.size >= fallback.maxAttempts)
      return { kind: 'give-up', reason: 'max-attempts' };
    return { kind: 'attempt', index };
  }
  return { kind: 'give-up', reason: covered || skipped ? 'exhausted' : 'no-fallback' };
}

/**
 * What was tried, as the decision that took the first one's place counts it: a model that it has too stands where it stands there, any
 * other before its plan. Nothing that was called is forgotten: `max` and `within` go on counting, and a model is not begun with again.
 */
export function carryHistory(
  before: Decision,
  after: Decision,
  history: readonly AttemptOutcome[],
): readonly AttemptOutcome[] {
  return history.map((outcome) => {
    const { model } = before.attempts[outcome.index] ?? {};
    const index = after.attempts.findIndex((attempt) => attempt.model === model);
    // Each that is not there has a number of its own.
    const apart = outcome.index < 0 ? outcome.index - before.attempts.length : -1 - outcome.index;
    return { ...outcome, index: index === -1 ? apart : index, carried: true };
  });
}
