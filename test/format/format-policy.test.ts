import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { lexPolicy } from '../../grammar/lex.ts';
import { createSource } from '../../src/diagnostics/source.ts';
import { formatPolicy } from '../../src/format/format-policy.ts';
import { sameTree } from '../../src/format/same-tree.ts';
import { parsePolicy } from '../../src/syntax/parse-policy.ts';
import { arbitraryItems, arbitraryPolicyText, arbitraryText } from '../support/arbitrary-policy.ts';

const numRuns = Number(process.env['LLMPOLICY_TEST_SCALE'] ?? 1) * 300;
const named = (text: string) => createSource('test.llmpolicy', text);

function format(text: string): string {
  const { value, diagnostics } = formatPolicy(named(text));
  if (value === undefined) throw new Error(diagnostics.map(({ message }) => message).join('\n'));
  return value;
}

const commentsOf = (text: string) => lexPolicy(named(text)).comments.map(({ image }) => image.trimEnd());

function expectSound(text: string): void {
  const first = format(text);
  const before = parsePolicy(named(text)).value;
  const { value: after, diagnostics } = parsePolicy(named(first));
  expect(before && after && sameTree(before, after)).toBe(true);
  expect(diagnostics).toEqual([]);
  expect(commentsOf(first).toSorted()).toEqual(commentsOf(text).toSorted());
  expect(format(first)).toBe(first);
}

describe('the layout of any policy', () => {
  it.each(Object.keys(arbitraryItems))('keeps the meaning and the comments of %s, and is its own layout', (kind) => {
    const tokens = arbitraryItems[kind];
    if (!tokens) throw new Error(`no item is called ${kind}`);
    fc.assert(fc.property(arbitraryText(tokens), expectSound), { numRuns: Math.ceil(numRuns / 3) });
  });

  it('keeps the meaning and the comments of whole files, and is its own layout', () => {
    fc.assert(fc.property(arbitraryPolicyText, expectSound), { numRuns });
  });
});
