import type { DatabaseSync } from 'node:sqlite';
import type { StoreCall } from '../stores/call-store.ts';
import { type CallAnswer, type CallMessage, carriedError } from '../stores/port.ts';
import { sqliteError } from './sqlite-error.ts';

type Calls = CallMessage['calls'];

/** What answers calls, each within a transaction that was begun for it and perhaps others. */
export interface DatabaseCalls {
  /** A transaction has begun. */
  begin?(): void;
  answer(call: StoreCall): unknown;
  /** It is about to be committed. */
  end?(): void;
}

/** Runs calls in one transaction, and returns their answers. */
export type RunCalls = (calls: Calls) => readonly CallAnswer[];

/**
 * Where one of the calls fails, nothing of them is kept and each runs in a transaction of its own, so that a call fails for its own
 * reason only and leaves no half row.
 */
export function createRunner(database: DatabaseSync, { begin, answer, end }: DatabaseCalls, where: string): RunCalls {
  const [beginning, commit] = [database.prepare('begin immediate'), database.prepare('commit')];

  function transaction<Answer>(run: () => Answer): Answer {
    beginning.run();
    try {
      begin?.();
      const answers = run();
      end?.();
      commit.run();
      return answers;
    } catch (error) {
      if (database.isTransaction) database.exec('rollback');
      throw error;
    }
  }

  return function run(calls): readonly CallAnswer[] {
    try {
      return transaction(() => calls.map((call) => ({ id: call.id, answer: answer(call) })));
    } catch (error) {
      if (calls.length > 1 && !isBusy(error)) return calls.flatMap((call) => run([call]));
      return calls.map(({ id }) => ({ id, error: carriedError(sqliteError(error, where) ?? error) }));
    }
  };
}

/** Whoever waited for another process in vain does not wait again for each call. */
const isBusy = (error: unknown): boolean => sqliteError(error, '')?.reason === 'busy';
