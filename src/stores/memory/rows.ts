import type { RowKind, RowKinds, Rows } from '../rows.ts';
import { createCacheRows } from './cache-rows.ts';
import { createDueIndex } from './due-index.ts';
import { createSumRows } from './sum-rows.ts';

type Tables = { readonly [Kind in RowKind]: Map<string, RowKinds[Kind]> };

/** Rows that live as long as the process. */
export function createMemoryRows(): Rows {
  const tables: Tables = {
    counter: new Map(),
    reservation: new Map(),
    notice: new Map(),
    summed: new Map(),
    key: new Map(),
    hash: new Map(),
    version: new Map(),
    policies: new Map(),
    policy: new Map(),
    health: new Map(),
  };
  const table = <Kind extends RowKind>(kind: Kind): Map<string, RowKinds[Kind]> => tables[kind];
  const index = createDueIndex<{ readonly kind: RowKind; readonly id: string }>();
  /** Reservations, by how far their time is off: the farthest first. */
  const held = createDueIndex<string>();
  const sums = createSumRows();
  return {
    get: (kind, id) => table(kind).get(id),
    put(kind, id, row, due) {
      table(kind).set(id, row);
      index.set(`${kind} ${id}`, due, { kind, id });
      if (kind === 'reservation') held.set(id, due === null ? null : -due, id);
    },
    delete(kind, id) {
      table(kind).delete(id);
      index.set(`${kind} ${id}`, null, { kind, id });
      if (kind === 'reservation') held.set(id, null, id);
    },
    all: (kind) => [...table(kind).entries()].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, row]) => row),
    due: (now, atMost) => index.until(now, atMost),
    heldBeyond: (instant, atMost) => held.until(-instant - 1, atMost),
    addSums: sums.add,
    pageSums: sums.page,
    takeSums: sums.take,
    cache: createCacheRows(),
  };
}
