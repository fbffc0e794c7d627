import { resolve } from 'node:path';
import type { Ledger } from './ledger/ledger.ts';
import { noLedger } from './ledger/no-ledger.ts';

const filePrefix = 'sqlite:';
const folderPrefix = 'jsonl:';

/** Opens the ledger of a config whose folder is `folder`. Rejects with `StoreUnavailable` or `StoreTooNew`. */
export async function createLedger(url: string, folder: string): Promise<Ledger> {
  // What is not used is not loaded.
  if (url === 'off') return noLedger;
  if (url.startsWith(filePrefix)) {
    const { openSqliteLedger } = await import('./ledger/sqlite/ledger.ts');
    return openSqliteLedger({ file: resolve(folder, url.slice(filePrefix.length)) });
  }
  const { openJsonlLedger } = await import('./ledger/jsonl/ledger.ts');
  return openJsonlLedger({ folder: resolve(folder, url.slice(folderPrefix.length)) });
}
