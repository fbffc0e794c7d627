// Writes what is made from the parser and the token table. A test fails when one of these files is stale.
import { writeFileSync } from 'node:fs';
import { writeEbnf } from '../grammar/ebnf.ts';

writeFileSync(new URL('../grammar/llmpolicy.ebnf', import.meta.url), writeEbnf());
