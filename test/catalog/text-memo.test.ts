import { beforeEach, describe, expect, it, vi } from 'vitest';

type Memo = typeof import('../../src/catalog/text-memo.ts');

let memo: Memo;

beforeEach(async () => {
  vi.resetModules();
  memo = await import('../../src/catalog/text-memo.ts');
});

/** As many texts as one generation takes. */
function keepOthers(name: string): void {
  for (let index = 0; index < 512; index++) memo.keepText(`${name} ${index}`, index);
}

describe('the memo of texts', () => {
  it('knows nothing of a text that was not kept, and the count of one that was, nought too', () => {
    expect(memo.recallText('a')).toBeUndefined();
    memo.keepText('a', 0);
    expect(memo.recallText('a')).toBe(0);
  });

  it('keeps no text that is long', () => {
    const longest = 'x'.repeat(2048);
    memo.keepText(longest, 256);
    memo.keepText(`${longest}x`, 257);
    expect(memo.recallText(longest)).toBe(256);
    expect(memo.recallText(`${longest}x`)).toBeUndefined();
  });

  it('forgets what nobody asks for while two generations of others are kept, and nothing that is asked for', () => {
    memo.keepText('left alone', 1);
    memo.keepText('asked for', 2);
    for (const name of ['first', 'second', 'third']) {
      keepOthers(name);
      expect(memo.recallText('asked for')).toBe(2);
    }
    expect(memo.recallText('left alone')).toBeUndefined();
    expect(memo.recallText('first 0')).toBeUndefined();
  });
});
