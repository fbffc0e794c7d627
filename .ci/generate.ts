// Writes what is made from the parser, the token table and the table of behaviours. A test fails when one of these files is stale.
import { readFileSync, writeFileSync } from 'node:fs';
import { writeEbnf } from '../grammar/ebnf.ts';
import { putAbilityTable } from '../test/behaviours/ability-table.ts';

writeFileSync(new URL('../grammar/llmpolicy.ebnf', import.meta.url), writeEbnf());

const readme = new URL('../README.md', import.meta.url);
writeFileSync(readme, putAbilityTable(readFileSync(readme, 'utf8')));
