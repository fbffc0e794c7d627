import { resolve } from 'node:path';
import { Worker } from 'node:worker_threads';
import { type CacheBounds, defaultCacheBounds } from '../cache-store.ts';
import { createPortStore } from '../port-store.ts';
import { threadPort } from '../ports.ts';
import { type Store, StoreTooNew, StoreUnavailable } from '../store.ts';
import type { OpenMessage, WorkerOptions } from './worker.ts';

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

/**
 * A store in a file, in a thread of its own, exact across the processes of one machine. A crash of a process loses nothing that was
 * answered; a power cut may lose the last moments, never the file.
 */
export async function openSqliteStore(options: SqliteOptions): Promise<Store> {
  const { file, bounds = defaultCacheBounds, timeoutMs = defaultTimeoutMs, maxPages } = options;
  const where = `the store sqlite:${file}`;
  const workerData: WorkerOptions = {
    file: resolve(file),
    where,
    bounds,
    // Shorter than what a call may take, so that whoever waits hears the reason.
    busyTimeoutMs: Math.floor((timeoutMs * 4) / 5),
    ...(maxPages === undefined ? {} : { maxPages }),
  };
  // Type stripping runs the source, the published package holds JavaScript.
  const script = import.meta.url.endsWith('.ts') ? './worker.ts' : './worker.js';
  const worker = new Worker(new URL(script, import.meta.url), { workerData });
  await opened(worker, where);
  const ended = new Promise<void>((done) => worker.once('exit', () => done()));
  return createPortStore(threadPort(worker), {
    where,
    timeoutMs,
    async close() {
      worker.postMessage('close');
      await ended;
    },
  });
}

function opened(worker: Worker, where: string): Promise<void> {
  return new Promise((resolve, reject) => {
    worker.once('error', (cause) => reject(new StoreUnavailable('failed', `${where} could not be opened`, cause)));
    worker.once('message', async (message: OpenMessage) => {
      if (message.opened) return resolve();
      await worker.terminate();
      reject(message.tooNew ? new StoreTooNew(message.message) : new StoreUnavailable('failed', message.message));
    });
  });
}
