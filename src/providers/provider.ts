import type { ApiRequest } from '../protocol/api-request.ts';
import type { UpstreamAnswer } from '../protocol/upstream-answer.ts';
import type { LeavingSignal } from './leaving.ts';

/** One call of one upstream model. */
export interface UpstreamCall {
  /** The provider's own name of the model. */
  readonly upstream: string;
  /** As the caller sent it; the provider puts its own name of the model in. */
  readonly request: ApiRequest;
  /** Of the caller's headers, those that may go on, by lower-case name. */
  readonly headers: Readonly<Record<string, string>>;
  /** Bounds the whole call, a stream to its end; null means the provider's default. */
  readonly timeoutMs: number | null;
  /** What is left of the time that the whole request may take; null means as much as it likes. */
  readonly leftMs: number | null;
  /** Bounds a stream's first event. */
  readonly firstTokenTimeoutMs: number | null;
  /** Makes of the upstream's id of an answer, and the key that it was given to, the id that the caller is told. */
  readonly sealId: SealId;
}

export type TokenCountCall = Pick<UpstreamCall, 'upstream' | 'request' | 'headers'>;

export type SealId = (id: string, keyId: string | null) => string;

/**
 * Carries out one call on one kind of upstream. It decides nothing: no retry, no other model. It throws for bugs only:
 * whatever an upstream does, and an abort, comes back as a failure. The answer is in the API that the request came in through.
 */
export interface Provider {
  /** Its name in the config. */
  readonly name: string;
  /** The field of a chat request in which it looks for a bound on the output, where it has one of its own. */
  readonly outputLimit?: string;
  /** It knows no other field for that. */
  readonly knowsOneLimit?: boolean;
  attempt(call: UpstreamCall, signal: LeavingSignal): Promise<UpstreamAnswer>;
  /** How many tokens the upstream counts in a request; undefined where it did not. Absent where it does not count. */
  countTokens?(call: TokenCountCall, signal: LeavingSignal): Promise<number | undefined>;
  /**
   * A mark on a text that only a holder of the key of this id can make; null stands for a provider without keys, undefined for a key that
   * is gone.
   */
  sign(keyId: string | null, text: string): string | undefined;
  /** Absent where it has none. */
  readonly keys?: ProviderKeys;
  /** Ends calls in flight: each is a failure, and a stream that has begun breaks off. Absent where none lasts. */
  cutOff?(): void;
  /** Lets calls in flight end, then gives up what the provider holds. */
  close(): Promise<void>;
}

/** The keys of a provider, which rest while its upstream wants them left alone. */
export interface ProviderKeys {
  anyRests(): boolean;
  /** None could call this upstream model now. */
  allRest(upstream: string): boolean;
}

/** How long a call may take, in milliseconds: what its plan or else its provider allows, and no longer than the request has left. */
export function timeLimit(
  { timeoutMs, leftMs }: Pick<UpstreamCall, 'timeoutMs' | 'leftMs'>,
  provider: { readonly timeoutMs: number },
): number {
  return Math.min(timeoutMs ?? provider.timeoutMs, leftMs ?? Number.POSITIVE_INFINITY);
}
