import { describe, expect, it } from 'vitest';
import { createSource } from '../../src/diagnostics/source.ts';
import { formatPolicy } from '../../src/format/format-policy.ts';

const format = (text: string) => formatPolicy(createSource('test.llmpolicy', text)).value;

describe('back-quotes', () => {
  it.each([
    ['let `a` = `gpt-4.1` == `x 1`', 'let a = gpt-4.1 == `x 1`\n'],
    ['let a = `when` == request.`when`', 'let a = `when` == request.when\n'],
    ['let a = `1st` == b.`1st`', 'let a = `1st` == b.`1st`\n'],
    ['set a = `off`', 'set a = `off`\n'],
    ['set a = `off`.b', 'set a = off.b\n'],
    ['tag a = `off`', 'tag a = off\n'],
    ['cache exact ttl 1h scope `everyone`', 'cache exact ttl 1h scope `everyone`\n'],
    ['cache exact ttl 1h scope a, `everyone`', 'cache exact ttl 1h scope a, everyone\n'],
    ['limit `eur` 5 concurrent', 'limit `eur` 5 concurrent\n'],
    ['limit `eur` a per day', 'limit eur a per day\n'],
    ['assert never takes `otherwise`', 'assert never takes `otherwise`\n'],
  ])('%s', (text, layout) => expect(format(text)).toBe(layout));

  it('keep a name that comes to stand first on its line from being read as the next rule', () => {
    const long = 'a-rather-long-name-'.repeat(3);
    expect(format(`let a = cache == ${long}x or limit.used == ${long}y`)).toBe(
      `let a =\n  \`cache\` == ${long}x\n  or limit.used == ${long}y\n`,
    );
    expect(format(`let a = limit.used == ${long}x or cache == ${long}y`)).toBe(
      `let a =\n  limit.used == ${long}x\n  or cache == ${long}y\n`,
    );
    expect(format(`let a = { cache, tag, # both\n test }`)).toBe('let a = {\n  cache,\n  tag, # both\n  test,\n}\n');
  });
});

describe('a text with syntax errors', () => {
  it('has no layout, only its errors', () => {
    const { value, diagnostics } = formatPolicy(createSource('test.llmpolicy', 'let a = b and\nlet c = 0.12345'));
    expect(value).toBeUndefined();
    expect(diagnostics.map(({ code }) => code)).toEqual(['syntax', 'inexact-number']);
  });

  it('nor has one whose brackets nest too deep', () => {
    expect(format(`let a = ${'('.repeat(65)}b${')'.repeat(65)}`)).toBeUndefined();
  });
});

describe('the ends of a text', () => {
  it.each([
    ['', ''],
    [' \n\n', ''],
    ['# only a comment', '# only a comment\n'],
    ['\uFEFFlet a = b\r\n\r\n\r\n\tlet c = d # e  \r\n\r\n', 'let a = b\n\nlet c = d # e\n'],
    ['let a = b let c = d', 'let a = b\nlet c = d\n'],
  ])('of %j', (text, layout) => expect(format(text)).toBe(layout));
});
