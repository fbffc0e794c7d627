import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { createSource } from '../../src/diagnostics/source.ts';
import { formatPolicy } from '../../src/format/format-policy.ts';

const folder = new URL('../golden/format/', import.meta.url);
const example = new URL('../fixtures/acme/support.llmpolicy', import.meta.url);

/** Each text, and the file that holds its layout. `LLMPOLICY_UPDATE=1` writes these anew: read them then as a user would. */
const cases: [name: string, text: URL, layout: URL][] = [
  ['the example of the language', example, new URL('support.llmpolicy', folder)],
  ...readdirSync(folder)
    .filter((name) => name.endsWith('.in.llmpolicy'))
    .sort()
    .map((name): [string, URL, URL] => [name, new URL(name, folder), new URL(name.replace('.in.', '.out.'), folder)]),
];

describe('the layout', () => {
  it.each(cases)('of %s', (name, text, layout) => {
    const { value } = formatPolicy(createSource(name, readFileSync(text, 'utf8')));
    if (process.env['LLMPOLICY_UPDATE'] && value !== undefined) writeFileSync(layout, value);
    expect(value).toBe(existsSync(layout) ? readFileSync(layout, 'utf8') : '');
  });
});
