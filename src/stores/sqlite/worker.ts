// The thread that owns the store's database.
import { serveDatabase } from '../../sqlite/serve-database.ts';
import type { CacheBounds } from '../cache-store.ts';
import { callEngine } from '../call-engine.ts';
import { createEngine } from '../engine.ts';
import { migrations } from './migrations.ts';
import { createSqliteRows } from './rows.ts';

serveDatabase(migrations, (database, bounds) => {
  const rows = createSqliteRows(database);
  const engine = createEngine(rows, bounds as CacheBounds);
  return { begin: rows.begin, answer: (call) => callEngine(engine, call), end: rows.end };
});
