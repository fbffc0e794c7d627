import type { DatabaseSync } from 'node:sqlite';
import { callEngine } from '../call-engine.ts';
import type { Engine } from '../engine.ts';
import { type CallAnswer, type CallMessage, carriedError } from '../port.ts';
import { sqliteError } from './sqlite-error.ts';

type Calls = CallMessage['calls'];

/**
 * Runs calls in one transaction. Where one of them fails, nothing of it is kept and each runs in a transaction of its own, so that a
 * call fails for its own reason only and leaves no half row.
 */
export function runCalls(database: DatabaseSync, engine: Engine, calls: Calls, where: string): readonly CallAnswer[] {
  try {
    return transaction(database, () => calls.map((call) => ({ id: call.id, answer: callEngine(engine, call) })));
  } catch (error) {
    if (calls.length > 1 && !isBusy(error)) return calls.flatMap((call) => runCalls(database, engine, [call], where));
    return calls.map(({ id }) => ({ id, error: carriedError(sqliteError(error, where) ?? error) }));
  }
}

/** Whoever waited for another process in vain does not wait again for each call. */
const isBusy = (error: unknown): boolean => sqliteError(error, '')?.reason === 'busy';

function transaction<Answer>(database: DatabaseSync, run: () => Answer): Answer {
  database.exec('begin immediate');
  try {
    const answer = run();
    database.exec('commit');
    return answer;
  } catch (error) {
    if (database.isTransaction) database.exec('rollback');
    throw error;
  }
}
