import type { JsonObject } from './json.ts';

/** The APIs that callers can speak. The same words are the values of `request.endpoint`. */
export const surfaceNames = ['chat', 'responses', 'messages', 'embeddings'] as const;
export type SurfaceName = (typeof surfaceNames)[number];

/** A body as its caller sent it. What every surface has in common is checked; the rest is kept as it is. */
export interface ApiRequest {
  readonly surface: SurfaceName;
  /** The name that the caller asked for. */
  readonly model: string;
  readonly stream: boolean;
  readonly body: JsonObject;
  /** The answer that this request goes on from, where the caller named one. */
  readonly continues?: Continuation;
}

/** An earlier answer that only its maker remembers. */
export interface Continuation {
  /** The model of the catalogue that gave it. */
  readonly model: string;
  /** The id of the upstream key that it was given to; null where its provider has no keys. */
  readonly keyId: string | null;
  /** The upstream's own name of it. */
  readonly id: string;
}
