import { describe, expect, it } from 'vitest';
import { createSource } from '../../src/diagnostics/source.ts';
import { spanText } from '../../src/diagnostics/span.ts';
import { parsePolicy } from '../../src/syntax/parse-policy.ts';

const findings = (text: string): [code: string, underlined: string][] =>
  parsePolicy(createSource('test.llmpolicy', text)).diagnostics.map(({ code, primary }) => [
    code,
    spanText(primary.span),
  ]);

describe('clauses', () => {
  it.each([
    ['budget b $1 per day when a when b', 'when b'],
    ['budget b $1 per day for each a when b for each c', 'for each c'],
    ['limit l 5 req per min burst 1 req burst 2 req', 'burst 2 req'],
    ['limit l 5 req per min else use a else reject 429', 'else reject 429'],
    ['cache exact ttl 1h scope a ttl 2h', 'ttl'],
    ['cache exact ttl 1h scope a when c scope everyone', 'scope everyone'],
    ['guard g on output then block stream buffer stream observe', 'stream observe'],
    ['fallback on { timeout } max 2 attempts max 3 attempts', 'max'],
    ['routes { split s on a salt "x" salt "y" { 5% use b otherwise use c } otherwise use d }', 'salt "y"'],
  ])('%s has one clause twice', (text, underlined) => {
    expect(findings(text)).toEqual([['declared-twice', underlined]]);
  });

  it('takes them in any order', () => {
    expect(findings('limit l 5 req per min else use a when b for each c burst 1 req')).toEqual([]);
  });

  it('takes a comma after the last element of every list', () => {
    const test = 'test "t" { given { a: b, } down { haiku, } expect plan [ haiku, opus, ] }';
    expect(findings(`let s = { a, }\nretry 1 on { timeout, }\n${test}`)).toEqual([]);
  });
});
