import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { writeEbnf } from '../../grammar/ebnf.ts';
import { putAbilityTable } from '../behaviours/ability-table.ts';

describe('generated files', () => {
  it('llmpolicy.ebnf is what the parser and the token table say (else: npm run generate)', () => {
    const written = readFileSync(new URL('../../grammar/llmpolicy.ebnf', import.meta.url), 'utf8');
    expect(written).toBe(writeEbnf());
  });

  it('the README’s table is what the table of behaviours says (else: npm run generate)', () => {
    const readme = readFileSync(new URL('../../README.md', import.meta.url), 'utf8');
    expect(readme).toBe(putAbilityTable(readme));
  });

  it('the grammar defines every name that it uses', () => {
    const lines = writeEbnf()
      .split('\n')
      .filter((line) => line.includes(' = '));
    const defined = new Set(lines.map((line) => line.split(' = ')[0]));
    const used = lines
      .filter((line) => !line.includes('?'))
      .flatMap(
        (line) =>
          line
            .split(' = ')
            .slice(1)
            .join(' = ')
            .replace(/"[^"]*"/g, ' ')
            .match(/[A-Za-z_]+/g) ?? [],
      );
    expect([...new Set(used)].filter((name) => !defined.has(name))).toEqual([]);
  });
});
