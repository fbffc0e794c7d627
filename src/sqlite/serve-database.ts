import type { DatabaseSync } from 'node:sqlite';
import { parentPort, workerData } from 'node:worker_threads';
import { type AnswerMessage, type CallMessage, isCallMessage } from '../stores/port.ts';
import { threadPort } from '../stores/ports.ts';
import { StoreTooNew } from '../stores/store.ts';
import { type DatabaseOptions, openDatabase } from './open-database.ts';
import { createRunner, type DatabaseCalls, type RunCalls } from './run-calls.ts';
import { sqliteError } from './sqlite-error.ts';

/** Ends the thread when it has answered. */
export const closing = { close: true } as const;

const isClosing = (message: unknown): boolean =>
  typeof message === 'object' && message !== null && Reflect.get(message, 'close') === true;

export type OpenMessage =
  | { readonly opened: true }
  | { readonly opened: false; readonly message: string; readonly tooNew: boolean };

/**
 * What a thread does that owns a database: no statement ever runs on a thread that serves. Calls that arrive in one turn share a
 * transaction. `open` prepares the answers to calls; `further` is what `openDatabaseThread` was given for it.
 */
export function serveDatabase(
  migrations: readonly string[],
  open: (database: DatabaseSync, further: unknown) => DatabaseCalls,
): void {
  if (parentPort === null) throw new Error('a database is served in a thread of its own');
  const port = threadPort(parentPort);
  const tell = (message: OpenMessage) => parentPort?.postMessage(message);
  const { options, further } = workerData as { readonly options: DatabaseOptions; readonly further: unknown };
  try {
    const database = openDatabase(options, migrations);
    const run = createRunner(database, open(database, further), options.where);
    port.listen(answerOn(database, run, port.send), () => undefined);
    tell({ opened: true });
  } catch (error) {
    const { message } = sqliteError(error, options.where) ?? (error as Error);
    tell({ opened: false, message, tooNew: error instanceof StoreTooNew });
  }
}

function answerOn(
  database: DatabaseSync,
  run: RunCalls,
  send: (message: AnswerMessage) => void,
): (message: unknown) => void {
  let calls: CallMessage['calls'] = [];
  const flush = () => {
    const taken = calls;
    calls = [];
    send({ llmpolicyStore: 'answers', answers: run(taken) });
  };
  return (message) => {
    if (isClosing(message)) {
      if (calls.length > 0) flush();
      database.close();
      process.exit(0);
    }
    if (!isCallMessage(message)) return;
    if (calls.length === 0) setImmediate(() => calls.length > 0 && flush());
    calls = [...calls, ...message.calls];
  };
}
