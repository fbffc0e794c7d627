import { describe, expect, it } from 'vitest';
import { createSource } from '../../src/diagnostics/source.ts';
import { layoutDamage } from '../../src/format/check-layout.ts';
import { parsePolicy } from '../../src/syntax/parse-policy.ts';

function damage(before: string, after: string): string | undefined {
  const file = parsePolicy(createSource('test.llmpolicy', before)).value;
  if (!file) throw new Error('the text cannot be read');
  return layoutDamage(file, createSource('test.llmpolicy', after));
}

const meaning = 'the layout changed what the text says';
const word = 'the layout dropped or doubled a word';
const comment = 'the layout dropped, doubled or moved a comment';
const limit = 'limit l 5 req per min';

describe('what a layout may not do', () => {
  it.each([
    ['a parenthesis that binds', 'let a = (b or c) and d', 'let a = b or c and d', meaning],
    ['another number', 'let a = 120k', 'let a = 120M', meaning],
    ['a rule left out', 'let a = b\ncache off', 'let a = b', meaning],
    ['a text with errors', 'let a = b', 'let a = b and', meaning],
    ['a word that is in no tree', 'cache off ttl 1h', 'cache off ttl 1h ttl 1h', meaning],
    ['a comment left out', '# why\nlet a = b', 'let a = b', comment],
    ['a comment doubled', '# why\nlet a = b', '# why\nlet a = b # why', comment],
    ['a comment in another place', '# one\nlet a = b # two', '# two\nlet a = b # one', comment],
  ])('%s', (_, before, after, said) => expect(damage(before, after)).toBe(said));

  it('a word left out that the tree does not hold', () => {
    expect(damage('expect', 'let')).toBe(meaning);
    expect(damage('test "t" { given { } down { } }', 'test "t" { given { } }')).toBe(word);
  });

  it.each([
    ['nothing', 'let a = b', 'let a = b'],
    ['blanks and needless parentheses', 'let a = ( b )', 'let a =\n  b'],
    ['a comment that goes with its clause', `${limit} when a # why\nburst 1 req`, `${limit} burst 1 req\nwhen a # why`],
  ])('but it may change %s', (_, before, after) => expect(damage(before, after)).toBeUndefined());
});
