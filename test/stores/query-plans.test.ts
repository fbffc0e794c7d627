import { DatabaseSync } from 'node:sqlite';
import { expect, test } from 'vitest';
import { createEntryRows } from '../../src/ledger/sqlite/entry-rows.ts';
import { migrations as ledgerMigrations } from '../../src/ledger/sqlite/migrations.ts';
import { createTending } from '../../src/ledger/sqlite/tend-rows.ts';
import { migrations as storeMigrations } from '../../src/stores/sqlite/migrations.ts';
import { createSqliteRows } from '../../src/stores/sqlite/rows.ts';

/** How SQLite carries out each statement that is prepared. */
function plansOf(migrations: readonly string[], prepareAll: (database: DatabaseSync) => void): readonly string[] {
  const database = new DatabaseSync(':memory:');
  for (const migration of migrations) database.exec(migration);
  const statements: string[] = [];
  const noting = new Proxy(database, {
    get: (_, name) => (sql: string) => {
      statements.push(sql);
      return Reflect.apply(Reflect.get(database, name), database, [sql]);
    },
  });
  prepareAll(noting);
  return statements.flatMap((sql) =>
    database
      .prepare(`explain query plan ${sql}`)
      .all()
      .map(({ detail }) => `${String(detail)}: ${sql}`),
  );
}

/** What reads all of a table or of a kind, or sorts what it has read: it takes the longer, the longer a gateway has served. */
const reads = /^(?:SCAN (?!.*USING)|.*TEMP B-TREE|.*PRIMARY KEY \(kind=\?\))/;
/** One row, one for each process that lives, all virtual keys, what one user has left, and a page of notices. */
const small = /^SCAN (?:cache_size|owners)|where kind = \? order by id|claimedUser = \?1|from notices order by at/;

test('nothing that the store or the ledger asks of SQLite reads a whole table', () => {
  const plans = [
    ...plansOf(storeMigrations, createSqliteRows),
    ...plansOf(ledgerMigrations, (database) => {
      createEntryRows(database, 'owner');
      createTending(database, 'owner');
    }),
  ];
  expect(plans.length).toBeGreaterThan(20);
  expect(plans.filter((plan) => reads.test(plan) && !small.test(plan))).toEqual([]);
});
