import type { FailureClass } from './failure.ts';

/**
 * A key of a provider that is left alone for a while, as the log tells it: its id, never the key; and not the upstream's words, which
 * may repeat a request and stand, cleaned, in that request's own line.
 */
export interface RestingKey {
  readonly provider: string;
  readonly keyId: string;
  /** From 1, in the config's order. */
  readonly position: number;
  readonly failure: FailureClass;
  readonly status: number | null;
  /** Null until the keys are read again. */
  readonly restsMs: number | null;
}
