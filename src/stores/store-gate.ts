import { StoreUnavailable } from './store.ts';

export interface StoreGateOptions {
  /** Milliseconds that never run backwards. */
  now(): number;
  /** Hears why the store does not answer, when that begins; undefined when it answers again. */
  readonly told?: ((why: string | undefined) => void) | undefined;
}

export type Asked<Answer> =
  | { readonly answered: true; readonly answer: Answer }
  /** `sent`: it may have had its effect all the same. */
  | { readonly answered: false; readonly sent: boolean };

/** After the store has not answered, it is left alone this long; its callers are answered without it. */
export const restMs = 250;

const notSent = { answered: false, sent: false } as const;

export interface StoreGate {
  ask<Answer>(call: () => Promise<Answer>): Promise<Asked<Answer>>;
  /** Why it did not answer last, and when; undefined where it did. */
  problem(): { readonly why: string; readonly at: number } | undefined;
}

/**
 * Asks a store that may be away. While it is, one caller at a time finds out whether it is back, and nobody else waits for it.
 */
export function openStoreGate({ now, told }: StoreGateOptions): StoreGate {
  let problem: ReturnType<StoreGate['problem']>;
  let isTrying = false;
  return {
    async ask(call) {
      if (problem !== undefined && (isTrying || now() < problem.at + restMs)) return notSent;
      const tries = problem !== undefined;
      isTrying ||= tries;
      try {
        const answer = await call();
        if (problem !== undefined) told?.(undefined);
        problem = undefined;
        return { answered: true, answer };
      } catch (error) {
        if (!(error instanceof StoreUnavailable)) throw error;
        if (problem === undefined) told?.(error.message);
        problem = { why: error.message, at: now() };
        return { answered: false, sent: true };
      } finally {
        if (tries) isTrying = false;
      }
    },
    problem: () => problem,
  };
}
