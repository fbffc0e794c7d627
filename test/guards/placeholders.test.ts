import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import type { Place } from '../../src/guards/guard.ts';
import { guardText } from '../../src/guards/guard-text.ts';
import { createPlaceholders } from '../../src/guards/placeholders.ts';
import { createRestoreStream } from '../../src/guards/restore-stream.ts';
import { input } from '../support/guard-surroundings.ts';
import { active, inspectorOf, requestOf } from './guard-config.ts';

const inspector = inspectorOf(`
  pii: { kind: pii, restore: true }
  words: { kind: keywords, words: [ "card", "n", "say \\"hi\\"", "é", "a\\nb" ], restore: true }
  kept: { kind: keywords, words: [ secret ] }
`);
afterAll(() => inspector.close());

const guards = [active(inspector, 'pii', 'redact'), active(inspector, 'words', 'redact')];
const json: Place = { point: 'input', role: 'tool-result', form: 'json' };

const part = fc.oneof(
  fc.constantFrom(
    'a@b.example',
    '4111 1111 1111 1111',
    'card',
    'say "hi"',
    'é',
    'a\nb',
    '[CARD_1_n]',
    '[EMAIL_2_n]',
    '[CARD_1_',
    '_n]',
    '\\',
    '"',
  ),
  fc.string({ unit: 'binary', maxLength: 8 }),
);
const someText = fc.array(part, { maxLength: 12 }).map((parts) => parts.join(' '));

/** JSON with escapes that need not be there. */
const escaped = (text: string): string =>
  text.replace(/[^ -~]|[/@c]/g, (unit, at) =>
    at % 2 ? unit : `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );

describe('redacted and restored', () => {
  it('a text is what it was, whatever looks like a placeholder in it', async () => {
    await fc.assert(
      fc.asyncProperty(someText, async (text) => {
        const request = requestOf(inspector, 'n');
        const { text: redacted } = await guardText(text, input, guards, request);
        expect(redacted).not.toContain('a@b.example');
        expect(request.placeholders.restore(redacted, 'text')).toBe(text);
      }),
    );
  });

  it('a JSON text stays valid and holds the value that it held', async () => {
    const value = fc.letrec<{ value: unknown }>((tie) => ({
      value: fc.oneof(
        { maxDepth: 3 },
        someText,
        fc.constantFrom(4111111111111111, -4111111111111111, 1.5, true, null),
        fc.array(tie('value'), { maxLength: 4 }),
        fc.dictionary(part, tie('value'), { maxKeys: 4, noNullPrototype: true }),
      ),
    })).value;
    await fc.assert(
      fc.asyncProperty(value, fc.boolean(), async (held, withEscapes) => {
        const written = JSON.stringify(held);
        const text = withEscapes ? escapedJson(written) : written;
        const request = requestOf(inspector, 'n');
        const { text: redacted } = await guardText(text, json, guards, request);
        expect(() => JSON.parse(redacted)).not.toThrow();
        expect(redacted).not.toContain('4111111111111111');
        expect(JSON.parse(request.placeholders.restore(redacted, 'json'))).toEqual(JSON.parse(text));
      }),
    );
  });

  it('what a guard does not restore stays away', async () => {
    const request = requestOf(inspector);
    const { text } = await guardText('a secret', input, [active(inspector, 'kept', 'redact')], request);
    expect(request.placeholders.restore(text, 'text')).toBe('a [KEYWORD_1_n0nce]');
  });
});

/**
 * Escapes some of what stands in the strings of a JSON text; their quotes and escapes stay. Keys are left as they are: V8 in Node 26 reads
 * `{"":"","\\u00e9":1}` wrongly once it has read `{"":"","\\\\":1}`.
 */
function escapedJson(text: string): string {
  return text.replace(/"(?:[^"\\]|\\.)*"(\s*:)?/g, (string, colon) =>
    colon ? string : string.replace(/\\.|[^\\]/g, (unit) => (/^(?:\\|")/.test(unit) ? unit : escaped(unit))),
  );
}

describe('a placeholder', () => {
  it('is one for one value, and another for another', () => {
    const placeholders = createPlaceholders('n');
    expect(placeholders.of('email', 'a@b.c')).toBe('[EMAIL_1_n]');
    expect(placeholders.of('email', 'd@e.f')).toBe('[EMAIL_2_n]');
    expect(placeholders.of('email', 'a@b.c')).toBe('[EMAIL_1_n]');
  });

  it('is restored however a stream cuts it, and what only begins like one comes out as it is', () => {
    const placeholders = createPlaceholders('n');
    placeholders.of('email', 'a@b.c');
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom('[', '[EMAIL_1_n]', 'EMAIL_1', '_n', ']', ' x '), { maxLength: 12 }),
        fc.integer({ min: 1, max: 5 }),
        (parts, size) => {
          const text = parts.join('');
          const stream = createRestoreStream(placeholders);
          let restored = '';
          for (let at = 0; at < text.length; at += size) restored += stream.push(text.slice(at, at + size));
          expect(restored + stream.end()).toBe(placeholders.restore(text, 'text'));
        },
      ),
    );
  });

  it('holds back nothing that cannot be one', () => {
    const stream = createRestoreStream(createPlaceholders('n'));
    expect(stream.push(`[${'long '.repeat(20)}`)).toHaveLength(101);
  });
});
