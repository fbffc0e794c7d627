import type { DatabaseSync } from 'node:sqlite';
import type { StoreCall } from '../stores/call-store.ts';
import { type CallAnswer, type CallMessage, carriedError } from '../stores/port.ts';
import { sqliteError } from './sqlite-error.ts';

type Calls = CallMessage['calls'];

/** Answers a call within the transaction that was begun for it. */
export type AnswerCall = (call: StoreCall) => unknown;

/**
 * Runs calls in one transaction. Where one of them fails, nothing of it is kept and each runs in a transaction of its own, so that a
 * call fails for its own reason only and leaves no half row.
 */
export function runCalls(
  database: DatabaseSync,
  answer: AnswerCall,
  calls: Calls,
  where: string,
): readonly CallAnswer[] {
  try {
    return transaction(database, () => calls.map((call) => ({ id: call.id, answer: answer(call) })));
  } catch (error) {
    if (calls.length > 1 && !isBusy(error)) return calls.flatMap((call) => runCalls(database, answer, [call], where));
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
