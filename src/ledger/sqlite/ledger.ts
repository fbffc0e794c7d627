import { randomUUID } from 'node:crypto';
import { openDatabaseThread } from '../../sqlite/database-thread.ts';
import type { Ledger } from '../ledger.ts';

export interface SqliteLedgerOptions {
  /** Path of the database; made, with its folder, where there is none. */
  readonly file: string;
  readonly timeoutMs?: number;
  /** Bounds the file's size, as a full disk would. */
  readonly maxPages?: number;
  /** Calls that may wait at once; further ones are refused as busy. */
  readonly mostWaiting?: number;
}

const defaultTimeoutMs = 5000;
const defaultMostWaiting = 10_000;

const methods = ['begin', 'end', 'rate', 'page', 'notice', 'notices', 'tend', 'forget'] as const;

/**
 * A ledger in a file, in a thread of its own; several processes may share it. What it has answered survives the death of the process;
 * a power cut may lose the last moments, never the file.
 */
export async function openSqliteLedger(options: SqliteLedgerOptions): Promise<Ledger> {
  const { file, timeoutMs = defaultTimeoutMs, maxPages, mostWaiting = defaultMostWaiting } = options;
  const carrier = await openDatabaseThread({
    script: new URL('./worker', import.meta.url),
    file,
    where: `the ledger sqlite:${file}`,
    timeoutMs,
    maxPages,
    mostWaiting,
    further: randomUUID(),
  });
  const carried = methods.map((method) => [method, (...words: readonly unknown[]) => carrier.call({ method, words })]);
  return { ...(Object.fromEntries(carried) as Omit<Ledger, 'keeps' | 'close'>), keeps: true, close: carrier.close };
}
