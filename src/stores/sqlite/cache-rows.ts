import type { DatabaseSync } from 'node:sqlite';
import type { CacheRows } from '../rows.ts';

export function createCacheRows(database: DatabaseSync): CacheRows {
  const get = database.prepare('select bytes, ends_at from cache where id = ?');
  const put = database.prepare('insert into cache values (?, ?, ?)');
  const remove = database.prepare('delete from cache where id = ?');
  const first = database.prepare('select id, ends_at from cache order by ends_at, id limit 1');
  const size = database.prepare('select entries, bytes from cache_size');
  return {
    get(id) {
      const found = get.get(id);
      return found && { bytes: found['bytes'] as Uint8Array, endsAt: Number(found['ends_at']) };
    },
    put(id, bytes, endsAt) {
      put.run(id, bytes, endsAt);
    },
    delete(id) {
      remove.run(id);
    },
    first() {
      const found = first.get();
      return found && { id: String(found['id']), endsAt: Number(found['ends_at']) };
    },
    size() {
      const { entries, bytes } = size.get() ?? {};
      return { entries: Number(entries), bytes: Number(bytes) };
    },
  };
}
