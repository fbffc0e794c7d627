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

/**
 * Asks a store that may be away. While it is, one caller at a time finds out whether it is back, and nobody else waits for it.
 */
export function openStoreGate({ now, told }: StoreGateOptions) {
  let isAway = false;
  let isTrying = false;
  let restsUntil = Number.NEGATIVE_INFINITY;

  return async <Answer>(call: () => Promise<Answer>): Promise<Asked<Answer>> => {
    if (isAway && (isTrying || now() < restsUntil)) return notSent;
    const tries = isAway;
    isTrying ||= tries;
    try {
      const answer = await call();
      if (isAway) told?.(undefined);
      isAway = false;
      return { answered: true, answer };
    } catch (error) {
      if (!(error instanceof StoreUnavailable)) throw error;
      if (!isAway) told?.(error.message);
      isAway = true;
      restsUntil = now() + restMs;
      return { answered: false, sent: true };
    } finally {
      if (tries) isTrying = false;
    }
  };
}
