import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createKeyText } from '../../src/gateway/key-text.ts';
import { redactSecrets } from '../../src/protocol/redact-secrets.ts';

describe('a text without its secrets', () => {
  it.each([
    ['Authorization: Bearer abc.def-123', 'Authorization: [secret]'],
    ['sk-proj-abcdefgh12345678', '[secret]'],
    ['sk-ant-api03-abcdefgh12345678', '[secret]'],
    ['redis://:hunter22@host:6379/0', 'redis://[secret]@host:6379/0'],
    ['https://user:pass@proxy.example', 'https://[secret]@proxy.example'],
    ['AKIAIOSFODNN7EXAMPLE', '[secret]'],
    ['AIzaSyA-1234567890abcdefghijk', '[secret]'],
    ['ghp_abcdefgh12345678', '[secret]'],
    ['model gpt-4.1-mini, keyword sketchy', 'model gpt-4.1-mini, keyword sketchy'],
  ])('%s', (text, clean) => {
    expect(redactSecrets(text)).toBe(clean);
  });

  it('has no key of this gateway, wherever it stands', () => {
    const key = createKeyText();
    fc.assert(
      fc.property(fc.string(), fc.string(), (before, after) => {
        expect(redactSecrets(`${before} ${key} ${after}`)).not.toContain(key);
      }),
    );
  });

  it('has none of the secrets that are named, as they stand and in JSON', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 12 }), (secret) => {
        fc.pre(!'[secret]'.includes(secret));
        expect(redactSecrets(`x${secret}y`, [secret])).not.toContain(`x${secret}y`);
        const clean = redactSecrets(JSON.stringify({ said: `x${secret}y` }), [secret]);
        expect(JSON.parse(clean)).toEqual({ said: expect.not.stringContaining(`x${secret}y`) });
      }),
    );
  });

  it('is still JSON where it was', () => {
    const sentence = fc.array(
      fc.constantFrom('Bearer ', 'sk-12345678', '://a:b@', '"', '\\', 'eyJa.b', ' ', '}', 'lp-'),
    );
    fc.assert(
      fc.property(
        fc.dictionary(
          fc.string(),
          sentence.map((words) => words.join('')),
        ),
        (value) => {
          expect(Object.keys(JSON.parse(redactSecrets(JSON.stringify({ value }))))).toEqual(['value']);
        },
      ),
    );
  });

  it.each([
    ' '.repeat(200_000),
    ':'.repeat(200_000),
    `://${':'.repeat(200_000)}`,
    'eyJ'.repeat(60_000),
    'sk-'.repeat(60_000),
  ])('is found in one pass over long ones', (text) => {
    expect(redactSecrets(text).length).toBeLessThanOrEqual(text.length);
  });
});
