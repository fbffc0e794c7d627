import { resolve } from 'node:path';
import { Worker } from 'node:worker_threads';
import type { CallCarrier } from '../stores/call-store.ts';
import { createPortCarrier, type PortOptions } from '../stores/port-carrier.ts';
import { threadPort } from '../stores/ports.ts';
import { StoreTooNew, StoreUnavailable } from '../stores/store.ts';
import type { DatabaseOptions } from './open-database.ts';
import { closing, type OpenMessage } from './serve-database.ts';

export interface DatabaseThreadOptions {
  /** The module that calls `serveDatabase`, without the end of its name. */
  readonly script: URL;
  /** Path of the database; made, with its folder, where there is none. */
  readonly file: string;
  /** How it is called in messages: `the store sqlite:…`. */
  readonly where: string;
  /** What a call may take, waiting for other processes included. */
  readonly timeoutMs: number;
  /** Bounds the file's size, as a full disk would. */
  readonly maxPages?: number | undefined;
  /** Calls that may wait for an answer at once. */
  readonly mostWaiting?: number;
  readonly patient?: PortOptions['patient'];
  /** Plain data for the thread. */
  readonly further?: unknown;
}

/** What a thread does is small and soon forgotten: room for a hundred megabytes of it is not needed. */
const resourceLimits = { maxYoungGenerationSizeMb: 8 };

/** Starts the thread that owns a database. Rejects with `StoreUnavailable` or `StoreTooNew`. */
export async function openDatabaseThread(thread: DatabaseThreadOptions): Promise<CallCarrier> {
  const { script, file, where, timeoutMs, maxPages, mostWaiting, patient, further } = thread;
  const options: DatabaseOptions = {
    file: resolve(file),
    where,
    // Shorter than what a call may take, so that whoever waits hears the reason.
    busyTimeoutMs: Math.floor((timeoutMs * 4) / 5),
    ...(maxPages === undefined ? {} : { maxPages }),
  };
  // Type stripping runs the source, the published package holds JavaScript.
  const end = import.meta.url.endsWith('.ts') ? '.ts' : '.js';
  const worker = new Worker(new URL(`${script.href}${end}`), { workerData: { options, further }, resourceLimits });
  await opened(worker, where);
  const ended = new Promise<void>((done) => worker.once('exit', () => done()));
  const port = threadPort(worker);
  return createPortCarrier(port, {
    where,
    timeoutMs,
    ...(mostWaiting === undefined ? {} : { mostWaiting }),
    ...(patient === undefined ? {} : { patient }),
    async close() {
      port.send(closing);
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
