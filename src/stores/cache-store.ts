/** Bytes by scope and key, for a while. Bounded: what ends soonest makes room, and an entry that no room would do for is not kept. */
export interface CacheStore {
  get(request: CacheName): Promise<Uint8Array | null>;
  put(request: PutCache): Promise<void>;
  delete(request: CacheName): Promise<void>;
}

export interface CacheName {
  /** What the policy scopes the answer to. Two scopes never share an entry. */
  readonly scope: string;
  readonly key: string;
  readonly now: number;
}

export interface PutCache extends CacheName {
  readonly bytes: Uint8Array;
  readonly ttlMs: number;
}

export interface CacheBounds {
  readonly maxEntries: number;
  /** Of all entries' bytes, names not counted. */
  readonly maxBytes: number;
}

export const defaultCacheBounds: CacheBounds = { maxEntries: 10_000, maxBytes: 256 * 1024 * 1024 };

/** No two pairs of scope and key have the same. */
export function cacheId({ scope, key }: CacheName): string {
  return JSON.stringify([scope, key]);
}
