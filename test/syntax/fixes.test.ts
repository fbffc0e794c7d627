import { describe, expect, it } from 'vitest';
import { createSource } from '../../src/diagnostics/source.ts';
import { parsePolicy } from '../../src/syntax/parse-policy.ts';
import { mended } from '../support/mended.ts';

const header = 'edition 2026\npolicy "test"\n';

describe('a misspelling whose mend is certain', () => {
  it.each([
    ['deny request when request.stream && request.has_tools', 'deny request when request.stream and request.has_tools'],
    ['deny request when request.stream || request.has_tools', 'deny request when request.stream or request.has_tools'],
    ['deny request when request.stream&&request.has_tools', 'deny request when request.stream and request.has_tools'],
    ['deny request when !request.stream', 'deny request when not request.stream'],
    ['deny request when request.class = batch', 'deny request when request.class == batch'],
    ['deny request when request.stream;', 'deny request when request.stream'],
    ['// all of them\ndeny request when true', '# all of them\ndeny request when true'],
    ["tag a = 'b'", 'tag a = "b"'],
    ['tag a = “b”', 'tag a = "b"'],
    ['cap time 5min', 'cap time 5m'],
    ['cap time 30sec', 'cap time 30s'],
    ['cap output 4ktok', 'cap output 4k tok'],
    ['cap output 4K tok', 'cap output 4k tok'],
    ['budget b $1,000 per month', 'budget b $1000 per month'],
    ['denny request when true', 'deny request when true'],
    ['deny request whn true', 'deny request when true'],
    ['deny request when caller.team is knwon', 'deny request when caller.team is known'],
    ['tag größe = "a"', 'tag `größe` = "a"'],
  ])('%s', (wrong, right) => {
    const { diagnostics } = parsePolicy(createSource('test.llmpolicy', header + wrong));
    expect(diagnostics).toHaveLength(1);
    expect(mended(header + wrong, diagnostics)).toBe(header + right);
  });
});
