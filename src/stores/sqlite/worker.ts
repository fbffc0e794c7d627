// The thread that owns the database: no statement ever runs on a thread that serves.
import { parentPort, workerData } from 'node:worker_threads';
import type { CacheBounds } from '../cache-store.ts';
import { createEngine } from '../engine.ts';
import { type AnswerMessage, type CallMessage, isCallMessage } from '../port.ts';
import { StoreTooNew } from '../store.ts';
import { type DatabaseOptions, openDatabase } from './open-database.ts';
import { createSqliteRows } from './rows.ts';
import { runCalls } from './run-calls.ts';
import { sqliteError } from './sqlite-error.ts';

export interface WorkerOptions extends DatabaseOptions {
  readonly where: string;
  readonly bounds: CacheBounds;
}

export type OpenMessage =
  | { readonly opened: true }
  | { readonly opened: false; readonly message: string; readonly tooNew: boolean };

const options = workerData as WorkerOptions;

function serve(
  post: (message: OpenMessage | AnswerMessage) => void,
  hear: (heard: (message: unknown) => void) => void,
) {
  const database = openDatabase(options);
  const engine = createEngine(createSqliteRows(database), options.bounds);
  let calls: CallMessage['calls'] = [];
  const flush = () => {
    const taken = calls;
    calls = [];
    post({ llmpolicyStore: 'answers', answers: runCalls(database, engine, taken, options.where) });
  };
  hear((message) => {
    if (message === 'close') {
      if (calls.length > 0) flush();
      database.close();
      process.exit(0);
    }
    if (!isCallMessage(message)) return;
    if (calls.length === 0) setImmediate(() => calls.length > 0 && flush());
    calls = [...calls, ...message.calls];
  });
  post({ opened: true });
}

if (parentPort !== null) {
  const port = parentPort;
  try {
    serve(
      (message) => port.postMessage(message),
      (heard) => port.on('message', heard),
    );
  } catch (error) {
    const { message } = sqliteError(error, options.where) ?? (error as Error);
    port.postMessage({ opened: false, message, tooNew: error instanceof StoreTooNew } satisfies OpenMessage);
  }
}
