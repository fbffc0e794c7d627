import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createKeyText, isKeyText } from '../../src/gateway/key-text.ts';

const alphabet = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';

describe('a key', () => {
  it('is `lp-` and 49 letters and digits, and never the same', () => {
    const keys = Array.from({ length: 200 }, createKeyText);
    expect(new Set(keys).size).toBe(200);
    for (const key of keys) expect(key).toMatch(/^lp-[0-9A-Za-z]{49}$/);
    expect(keys.every(isKeyText)).toBe(true);
  });

  it('is known to be mistyped where one character is another', () => {
    const key = createKeyText();
    const place = fc.integer({ min: 3, max: key.length - 1 });
    fc.assert(
      fc.property(place, fc.constantFrom(...alphabet), (at, character) => {
        const typed = key.slice(0, at) + character + key.slice(at + 1);
        expect(isKeyText(typed)).toBe(typed === key);
      }),
    );
  });

  it.each(['', 'lp-', 'sk-abc', 'any'])('is not %j', (text) => {
    expect(isKeyText(text)).toBe(false);
  });
});
