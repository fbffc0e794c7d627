import type { ChatRequest } from '../protocol/chat-request.ts';
import type { UpstreamAnswer } from '../protocol/upstream-answer.ts';

/** One call of one upstream model. */
export interface UpstreamCall {
  /** The provider's own name of the model. */
  readonly upstream: string;
  /** As the caller sent it; the provider puts its own name of the model in. */
  readonly request: ChatRequest;
  readonly stream: boolean;
  /** Bounds the whole call, a stream to its end; null means the provider's default. */
  readonly timeoutMs: number | null;
  /** Bounds a stream's first event. */
  readonly firstTokenTimeoutMs: number | null;
}

/**
 * Carries out one call on one kind of upstream. It decides nothing: no retry, no other model. It throws for bugs only:
 * whatever an upstream does, and an abort, comes back as a failure.
 */
export interface Provider {
  /** Its name in the config. */
  readonly name: string;
  attempt(call: UpstreamCall, signal: AbortSignal): Promise<UpstreamAnswer>;
  /** Lets calls in flight end, then gives up what the provider holds. */
  close(): Promise<void>;
}
