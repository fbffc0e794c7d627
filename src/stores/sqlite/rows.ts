import type { DatabaseSync } from 'node:sqlite';
import type { RowKind, RowKinds, Rows } from '../rows.ts';
import { createCacheRows } from './cache-rows.ts';
import { createSumRows } from './sum-rows.ts';

/** Rows of a database, within the transaction that its owner has begun. */
export function createSqliteRows(database: DatabaseSync): Rows {
  const get = database.prepare('select row from records where kind = ? and id = ?');
  const put = database.prepare(
    'insert into records values (?, ?, ?, ?) on conflict do update set row = excluded.row, due = excluded.due',
  );
  const remove = database.prepare('delete from records where kind = ? and id = ?');
  const all = database.prepare('select row from records where kind = ? order by id');
  const due = database.prepare('select kind, id from records where due <= ? order by due limit ?');
  const held = database.prepare(`select id from records where kind = 'reservation' and due > ? limit ?`);
  const read = <Kind extends RowKind>(row: unknown): RowKinds[Kind] => JSON.parse(String(row));
  const sums = createSumRows(database);
  return {
    get(kind, id) {
      const found = get.get(kind, id);
      return found && read(found['row']);
    },
    put(kind, id, row, dueAt) {
      put.run(kind, id, JSON.stringify(row), dueAt);
    },
    delete(kind, id) {
      remove.run(kind, id);
    },
    all: (kind) => all.all(kind).map(({ row }) => read(row)),
    due: (now, atMost) => due.all(now, atMost).map(({ kind, id }) => ({ kind: kind as RowKind, id: String(id) })),
    heldBeyond: (instant, atMost) => held.all(instant, atMost).map(({ id }) => String(id)),
    addSums: sums.add,
    pageSums: sums.page,
    takeSums: sums.take,
    cache: createCacheRows(database),
  };
}
