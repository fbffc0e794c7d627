// The thread that owns the ledger's database.
import { serveDatabase } from '../../sqlite/serve-database.ts';
import { createEntryRows } from './entry-rows.ts';
import { migrations } from './migrations.ts';
import { createTending } from './tend-rows.ts';

serveDatabase(migrations, (database, owner) => {
  const methods = { ...createEntryRows(database, String(owner)), ...createTending(database, String(owner)) };
  const known: ReadonlyMap<string, (...words: never[]) => unknown> = new Map(Object.entries(methods));
  return {
    answer({ method, words }) {
      const answer = known.get(method);
      if (answer === undefined) throw new Error(`a ledger has no method ${method}`);
      return Reflect.apply(answer, undefined, words);
    },
  };
});
