import { openDatabaseThread } from '../../sqlite/database-thread.ts';
import { type CacheBounds, defaultCacheBounds } from '../cache-store.ts';
import { storeOf } from '../call-store.ts';
import type { Store } from '../store.ts';

export interface SqliteOptions {
  /** Path of the database; made, with its folder, where there is none. */
  readonly file: string;
  readonly bounds?: CacheBounds;
  /** What a call may take, waiting for other processes included. */
  readonly timeoutMs?: number;
  /** Bounds the file's size, as a full disk would. */
  readonly maxPages?: number;
}

const defaultTimeoutMs = 5000;

/** What has been used already is told in its own time: requests do not wait for it. */
const patient = { methods: new Set(['counters.settle', 'counters.release', 'sums.add']), milliseconds: 5 };

/**
 * A store in a file, in a thread of its own, exact across the processes of one machine. A crash of a process loses nothing that was
 * answered; a power cut may lose the last moments, never the file.
 */
export async function openSqliteStore(options: SqliteOptions): Promise<Store> {
  const { file, bounds = defaultCacheBounds, timeoutMs = defaultTimeoutMs, maxPages } = options;
  const script = new URL('./worker', import.meta.url);
  const where = `the store sqlite:${file}`;
  return storeOf(await openDatabaseThread({ script, file, where, timeoutMs, maxPages, patient, further: bounds }));
}
