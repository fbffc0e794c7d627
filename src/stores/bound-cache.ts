import { type CacheBounds, type CacheName, cacheId, type PutCache } from './cache-store.ts';
import type { CacheRows } from './rows.ts';

/** `CacheStore` over rows. */

export function getCached(rows: CacheRows, name: CacheName): Uint8Array | null {
  const found = rows.get(cacheId(name));
  return found !== undefined && name.now < found.endsAt ? found.bytes : null;
}

export function putCached(rows: CacheRows, entry: PutCache, { maxEntries, maxBytes }: CacheBounds): void {
  const { bytes, now, ttlMs } = entry;
  const id = cacheId(entry);
  rows.delete(id);
  if (bytes.length > maxBytes || maxEntries < 1) return;
  rows.put(id, bytes, now + ttlMs);
  for (;;) {
    const size = rows.size();
    if (size.entries <= maxEntries && size.bytes <= maxBytes) return;
    const first = rows.first();
    if (first === undefined) return;
    rows.delete(first.id);
  }
}
