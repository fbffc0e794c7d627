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
    ['cache exact ttl 1h scope a ttl 2h', 'ttl 2h'],
    ['cache exact ttl 1h scope a when c scope everyone', 'scope everyone'],
    ['guard g on output then block stream buffer stream observe', 'stream observe'],
    ['fallback on { timeout } max 2 attempts max 3 attempts', 'max 3 attempts'],
    ['routes { split s on a salt "x" salt "y" { 5% use b otherwise use c } otherwise use d }', 'salt "y"'],
  ])('%s has one clause twice', (text, underlined) => {
    expect(findings(text)).toEqual([['declared-twice', underlined]]);
  });

  it.each([
    ['limit l 5 req per min else use a when b for each c', 'limit l 5 req per min for each c when b else use a'],
    ['cache exact when a ttl 1h', 'cache exact ttl 1h when a'],
    ['fallback on { timeout } within 5s max 2 attempts', 'fallback on { timeout } max 2 attempts within 5s'],
    [
      'routes { otherwise use a then b timeout 5s after { timeout } fallback on { timeout } retry 1 on { timeout } }',
      'routes { otherwise use a then b after { timeout } timeout 5s retry 1 on { timeout } fallback on { timeout } }',
    ],
  ])('%s is understood, and mended by the fix', (text, mended) => {
    const { value, diagnostics } = parsePolicy(createSource('test.llmpolicy', text));
    expect(value?.items).toHaveLength(1);
    expect(diagnostics.map(({ code, severity }) => [code, severity])).toContainEqual(['clause-order', 'warning']);
    const edits = diagnostics.flatMap(({ fix = [] }) => fix).toSorted((a, b) => b.span.start - a.span.start);
    const after = edits.reduce(
      (left, { span, newText }) => left.slice(0, span.start) + newText + left.slice(span.end),
      text,
    );
    expect(after).toBe(mended);
    expect(findings(after)).toEqual([]);
  });

  it('takes a comma after the last element of every list', () => {
    const test = 'test "t" { given { a: b, } down { haiku, } expect plan [ haiku, opus, ] }';
    expect(findings(`let s = { a, }\nretry 1 on { timeout, }\n${test}`)).toEqual([]);
  });
});
