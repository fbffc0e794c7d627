import type { FailureClass } from '../protocol/failure.ts';

/** Milliseconds since the gateway took the request up. */
export type Millis = number;

/** An attempt that did not serve the request. */
export interface AttemptOutcome {
  /** Its place in `decision.attempts`; below 0 for one of an earlier decision that this one does not have. */
  readonly index: number;
  /** Made under an earlier decision: the plan of this one begins at its first model. */
  readonly carried?: true;
  /** `not_reserved`: it was never called, as a counter of its model or `cap cost` had nothing left for it. */
  readonly failure: FailureClass | 'not_reserved';
  readonly startedAt: Millis;
  readonly endedAt: Millis;
  /** How long the upstream asked to wait, where it did. */
  readonly retryAfterMs?: number;
}

/** What to do next: call the attempt at `index`, wait until a moment and ask again, or give up. */
export type Step =
  | { readonly kind: 'attempt'; readonly index: number }
  | { readonly kind: 'wait'; readonly until: Millis; readonly index: number }
  | { readonly kind: 'give-up'; readonly reason: 'no-fallback' | 'exhausted' | 'max-attempts' | 'deadline' };
