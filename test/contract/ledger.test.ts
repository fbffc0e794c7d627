import { openJsonlLedger } from '../../src/ledger/jsonl/ledger.ts';
import { openSqliteLedger } from '../../src/ledger/sqlite/ledger.ts';
import { describeLedger } from './ledger.suite.ts';

describeLedger('sqlite', (folder) => openSqliteLedger({ file: `${folder}/ledger.db` }));
describeLedger('jsonl', (folder) => openJsonlLedger({ folder }));
