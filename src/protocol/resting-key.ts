import type { FailureClass } from './failure.ts';

/** A key of a provider that is left alone for a while, as the log tells it: never the key, only its id. */
export interface RestingKey {
  readonly provider: string;
  readonly keyId: string;
  /** From 1, in the config's order. */
  readonly position: number;
  readonly failure: FailureClass;
  readonly status: number | null;
  /** The upstream's own words, without secrets. */
  readonly message: string;
  /** Null until the keys are read again. */
  readonly restsMs: number | null;
}
