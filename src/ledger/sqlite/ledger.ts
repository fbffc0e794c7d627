import { randomUUID } from 'node:crypto';
import { openDatabaseThread } from '../../sqlite/database-thread.ts';
import type { Ledger } from '../ledger.ts';
import { begunRow, endedRow } from './rows.ts';

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

/**
 * Entries are kept a few at a time, which costs a fraction of keeping each by itself. Only an answer that an upstream gave within this
 * time waits for its entry.
 */
const patient = { methods: new Set(['begin', 'end']), milliseconds: 2 };

const methods = ['rate', 'page', 'notice', 'notices', 'tend', 'forget'] as const;

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
    patient,
    further: randomUUID(),
  });
  const call = (method: string, ...words: readonly unknown[]) => carrier.call({ method, words });
  const carried = methods.map((method) => [method, call.bind(undefined, method)] as const);
  return {
    ...(Object.fromEntries(carried) as Pick<Ledger, (typeof methods)[number]>),
    keeps: true,
    async begin(entry) {
      await call('begin', begunRow(entry));
    },
    async end(entry) {
      await call('end', endedRow(entry));
    },
    close: carrier.close,
  };
}
