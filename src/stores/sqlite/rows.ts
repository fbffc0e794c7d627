import type { DatabaseSync } from 'node:sqlite';
import type { RowKind, RowKinds, Rows } from '../rows.ts';
import { createCacheRows } from './cache-rows.ts';
import { createSumRows } from './sum-rows.ts';

/** Rows of a database, within the transactions that its owner begins and ends. */
export interface SqliteRows extends Rows {
  /** A transaction has begun: other processes may have changed anything. */
  begin(): void;
  /** Writes what the transaction has changed, before it is committed. */
  end(): void;
}

/** A row as the transaction has it. */
interface Held {
  readonly kind: RowKind;
  readonly id: string;
  /** Undefined where there is none. */
  row: RowKinds[RowKind] | undefined;
  due: number | null;
  /** As the database has it; undefined where it has no such row. */
  readonly before: { readonly due: number | null } | undefined;
  isChanged: boolean;
}

/**
 * Calls that share a transaction mostly change the same counters: rows are read once in each, and written once at its end.
 */
export function createSqliteRows(database: DatabaseSync): SqliteRows {
  const select = database.prepare(
    `select row, min(due, ${Number.MAX_SAFE_INTEGER}) as due from records where kind = ? and id = ?`,
  );
  const insert = database.prepare('insert into records values (?, ?, ?, ?)');
  const update = database.prepare('update records set row = ? where kind = ? and id = ?');
  const updateDue = database.prepare('update records set row = ?, due = ? where kind = ? and id = ?');
  const remove = database.prepare('delete from records where kind = ? and id = ?');
  const all = database.prepare('select row from records where kind = ? order by id');
  const soonest = database.prepare(
    `select min(due, ${Number.MAX_SAFE_INTEGER}) as due from records where due is not null order by records.due limit 1`,
  );
  const due = database.prepare('select kind, id from records where due <= ? order by due limit ?');
  const farthest = database.prepare(
    `select min(due, ${Number.MAX_SAFE_INTEGER}) as due from records indexed by records_held where kind = 'reservation'
     order by records.due desc limit 1`,
  );
  const beyond = database.prepare(
    `select id from records indexed by records_held where kind = 'reservation' and due > ? limit ?`,
  );
  const sums = createSumRows(database);
  const held = new Map<string, Held>();
  /** Nothing is due before; what the transaction itself changes is looked for in the next one. */
  let dueFrom: number | undefined;
  /** No reservation is due after it. */
  let heldUntil: number | undefined;

  const read = <Kind extends RowKind>(row: unknown): RowKinds[Kind] => JSON.parse(String(row));
  const hold = (kind: RowKind, id: string): Held => {
    const name = `${kind} ${id}`;
    const known = held.get(name);
    if (known !== undefined) return known;
    const found = select.get(kind, id);
    const before = found && { due: found['due'] === null ? null : Number(found['due']) };
    const row = found && read(found['row']);
    const fresh: Held = { kind, id, row, due: before?.due ?? null, before, isChanged: false };
    held.set(name, fresh);
    return fresh;
  };
  const write = ({ kind, id, row, due: dueAt, before }: Held): void => {
    if (row === undefined) remove.run(kind, id);
    else if (before === undefined) insert.run(kind, id, JSON.stringify(row), dueAt);
    else if (before.due === dueAt) update.run(JSON.stringify(row), kind, id);
    else updateDue.run(JSON.stringify(row), dueAt, kind, id);
  };
  const end = (): void => {
    for (const entry of held.values()) if (entry.isChanged) write(entry);
    held.clear();
  };
  return {
    begin() {
      held.clear();
      dueFrom = undefined;
      heldUntil = undefined;
    },
    end,
    get: <Kind extends RowKind>(kind: Kind, id: string) => hold(kind, id).row as RowKinds[Kind] | undefined,
    put(kind, id, row, dueAt) {
      // Buckets that are refilled in some millions of years would be beyond what is read back.
      const due = dueAt === null ? null : Math.min(dueAt, Number.MAX_SAFE_INTEGER);
      Object.assign(hold(kind, id), { row, due, isChanged: true });
    },
    delete(kind, id) {
      Object.assign(hold(kind, id), { row: undefined, isChanged: true });
    },
    all(kind) {
      end();
      return all.all(kind).map(({ row }) => read(row));
    },
    due(now, atMost) {
      dueFrom ??= Number(soonest.get()?.['due'] ?? Number.POSITIVE_INFINITY);
      if (now < dueFrom) return [];
      end();
      dueFrom = undefined;
      return due.all(now, atMost).map(({ kind, id }) => ({ kind: kind as RowKind, id: String(id) }));
    },
    heldBeyond(instant, atMost) {
      heldUntil ??= Number(farthest.get()?.['due'] ?? Number.NEGATIVE_INFINITY);
      if (heldUntil <= instant) return [];
      end();
      heldUntil = undefined;
      return beyond.all(instant, atMost).map(({ id }) => String(id));
    },
    addSums: sums.add,
    pageSums: sums.page,
    takeSums: sums.take,
    cache: createCacheRows(database),
  };
}
