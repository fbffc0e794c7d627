import type { CacheRows } from '../rows.ts';
import { createDueIndex } from './due-index.ts';

export function createCacheRows(): CacheRows {
  const entries = new Map<string, { readonly bytes: Uint8Array; readonly endsAt: number }>();
  const index = createDueIndex<string>();
  let total = 0;
  const remove = (id: string): void => {
    total -= entries.get(id)?.bytes.length ?? 0;
    entries.delete(id);
    index.set(id, null, id);
  };
  return {
    get: (id) => entries.get(id),
    put(id, bytes, endsAt) {
      remove(id);
      entries.set(id, { bytes, endsAt });
      index.set(id, endsAt, id);
      total += bytes.length;
    },
    delete: remove,
    first() {
      const first = index.first();
      return first && { id: first.value, endsAt: first.due };
    },
    size: () => ({ entries: entries.size, bytes: total }),
  };
}
