import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { createSource, positionAt } from '../../src/diagnostics/source.ts';
import { parsePolicy } from '../../src/syntax/parse-policy.ts';

const parse = (text: string) => parsePolicy(createSource('test.llmpolicy', text));
const header = 'edition 2026\npolicy "test"\n';

/** Code, line and message of each finding. */
function findings(rules: string): string[] {
  return parse(header + rules).diagnostics.map(({ code, message, primary }) => {
    const { line, column } = positionAt(primary.span.source, primary.span.start);
    return `${line}:${column} ${code}: ${message}`;
  });
}

describe('parsing', () => {
  it('reads the whole example of the language without a complaint', () => {
    const text = readFileSync(new URL('../fixtures/acme/support.llmpolicy', import.meta.url), 'utf8');
    const { value, diagnostics } = parse(text);
    expect(diagnostics).toEqual([]);
    expect(value?.items.map(({ kind }) => kind)).toContain('mirror');
  });

  it('reports a misspelt keyword and reads on as if it were spelt right', () => {
    expect(findings('deny model whn request.stream\nrequire caller.team is kown else reject 403')).toEqual([
      '3:12 syntax: expected `when`, found `whn`',
      '4:24 syntax: expected `known`, found `kown`',
    ]);
  });

  it('suggests the rule that was meant and goes on with the next', () => {
    expect(findings('denny model when request.stream\nlet = 3')).toEqual([
      '3:1 syntax: expected a rule, found `denny`',
      '4:5 syntax: expected a name, found `=`',
    ]);
  });

  it('does not let a missing operand swallow the next rule', () => {
    expect(findings('let a = request.stream and\ndeny model when a\nlet b =\ncap output 4k')).toEqual([
      '3:27 syntax: expected a value, the rule ends',
      '5:8 syntax: expected a condition, the rule ends',
      '6:14 syntax: expected `tok`, the file ends',
    ]);
  });

  it('names the mend for what other languages write', () => {
    expect(
      findings('let a = request.stream && not request.has_tools; // why\nlet b = request.id == “x”').map(
        (text) => text.split(': ')[1],
      ),
    ).toEqual([
      '`&&` is not an operator of this language',
      'rules do not end with `;`',
      'a comment begins with `#`',
      'texts stand in straight double quotes',
    ]);
  });

  it('takes a keyword for a name where a name is expected', () => {
    const rules = 'let cache = request.stream\nlet limit-x = cache\ndeny model when request.tags == 1 or cache.model\n';
    expect(findings(rules)).toEqual([]);
  });

  it.each(['5min', '1_000', '120ktok', '$1,000'])('refuses the number %s with a mend', (number) => {
    const { diagnostics } = parse(`${header}let a = ${number}`);
    expect(diagnostics.map(({ code, help }) => [code, help?.startsWith('write `')])).toEqual([
      ['wrong-spelling', true],
    ]);
  });

  it('refuses a number that cannot be held exactly', () => {
    expect(
      findings('let a = 0.12345\nlet b = 0.5ms\nlet c = 99999999999999999999').map((text) => text.split(' ')[1]),
    ).toEqual(['inexact-number:', 'inexact-number:', 'inexact-number:']);
  });

  it('reads CRLF, a byte-order mark and tabs like spaces and line ends', () => {
    expect(parse(`\uFEFFedition 2026\r\npolicy "x"\r\n\tlet a = request.stream\r\n`).diagnostics).toEqual([]);
  });

  it('refuses brackets nested deeper than 64 levels before it parses them', () => {
    const nested = (levels: number) =>
      parse(`${header}let a = ${'('.repeat(levels)}request.stream${')'.repeat(levels)}`);
    expect(nested(64).diagnostics).toEqual([]);
    expect(nested(65).diagnostics.map(({ code }) => code)).toEqual(['nesting-too-deep']);
    expect(nested(500_000).diagnostics.map(({ code }) => code)).toEqual(['nesting-too-deep']);
  });
});
