import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { tooNew } from '../stores/store.ts';

export interface DatabaseOptions {
  readonly file: string;
  /** How the database is called in messages: `the store sqlite:…`. */
  readonly where: string;
  /** How long a write waits for that of another process. */
  readonly busyTimeoutMs: number;
  /** Bounds the file, as a full disk would. */
  readonly maxPages?: number;
}

/**
 * Opens the file, makes it where there is none, and brings it to the newest schema: each migration makes it of the one before, and the
 * version of a file is how many it has seen. Throws `StoreTooNew` for a newer one.
 */
export function openDatabase(options: DatabaseOptions, migrations: readonly string[]): DatabaseSync {
  const { file, where, busyTimeoutMs, maxPages } = options;
  mkdirSync(dirname(file), { recursive: true });
  const database = new DatabaseSync(file, { timeout: busyTimeoutMs });
  try {
    database.exec('pragma journal_mode = wal; pragma synchronous = normal; pragma temp_store = memory');
    migrate(database, where, migrations);
    if (maxPages !== undefined) database.exec(`pragma max_page_count = ${maxPages}`);
    return database;
  } catch (error) {
    database.close();
    throw error;
  }
}

function migrate(database: DatabaseSync, where: string, migrations: readonly string[]): void {
  database.exec('begin immediate');
  try {
    const version = Number(database.prepare('pragma user_version').get()?.['user_version']);
    if (version > migrations.length) throw tooNew(where, version, migrations.length);
    for (const migration of migrations.slice(version)) database.exec(migration);
    database.exec(`pragma user_version = ${migrations.length}`);
    database.exec('commit');
  } catch (error) {
    if (database.isTransaction) database.exec('rollback');
    throw error;
  }
}
