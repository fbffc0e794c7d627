import type { StartedReply } from './start-call.ts';

/** One call, as the surface wants it. Keys and the config's own headers are put in here. */
export interface UpstreamSend {
  readonly method: 'POST' | 'GET';
  /** Below the base URL, with its slash: `/chat/completions`. */
  readonly path: string;
  /** By lower-case name. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Uint8Array | null;
  /** The provider's own name of the model: limits of rate differ by model. */
  readonly model: string;
  /** Only the key of this id will do: what it asks about belongs to that key. Null takes the next. */
  readonly keyId: string | null;
}

/** An answer of success; anything else is a failure. */
export interface UpstreamReply extends StartedReply {
  readonly kind: 'reply';
  /** The key that made it; null where the provider has none. */
  readonly keyId: string | null;
}
