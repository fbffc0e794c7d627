import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import type { ActiveGuard, Place } from '../../src/guards/guard.ts';
import { createGuardStream } from '../../src/guards/guard-stream.ts';
import { guardText } from '../../src/guards/guard-text.ts';
import { output } from '../support/guard-surroundings.ts';
import { active, inspectorOf, requestOf } from './guard-config.ts';

const inspector = inspectorOf(`
  pii: { kind: pii }
  words: { kind: keywords, words: [ "project-x", "x", "näïve" ] }
  secrets: { kind: secrets }
  runs: { kind: regex, patterns: { run: "ab{1,40}c" } }
  short: { kind: length, max: 40 }
`);
afterAll(() => inspector.close());

const window = { windowBytes: 64 };
const argumentsPlace: Place = { point: 'output', role: 'tool-call', form: 'json' };
const runs = Number(process.env['LLMPOLICY_TEST_SCALE'] ?? 1) * 60;

async function stream(pieces: readonly string[], guards: readonly ActiveGuard[], place = output) {
  const request = requestOf(inspector);
  const guarded = createGuardStream(guards, request);
  const released: string[] = [];
  for (const piece of pieces) released.push((await guarded.push('text', piece, place)).text);
  for (const channel of guarded.open) released.push((await guarded.end(channel)).text);
  return { released, text: released.join(''), blocked: guarded.blocked, reports: guarded.reports };
}

/** Text with things to find in it, and where to cut it. */
const fragment = fc.constantFrom(
  'a@b.example',
  '4111 1111 1111 1111',
  'project-x',
  ' x ',
  'GB82 WEST 1234 5698 7654 32',
  '😀',
  'abbbbbbc',
  'näïve',
  '1.2.3.4',
  '\n',
  'ghp_a1B2c3D4e5F6a1B2c3D4e5F6a1B2c3D4e5F6',
  '4111',
  '@',
  'lorem ipsum dolor sit amet, '.repeat(8),
  '0171 ',
  '+49 30 901820',
  ', ',
);
const cutText = fc
  .tuple(
    fc.array(fc.oneof(fragment, fc.string({ unit: 'binary', maxLength: 6 })), { maxLength: 40 }),
    fc.array(fc.nat(), { maxLength: 30 }),
  )
  .map(([parts, cuts]) => {
    const text = parts.join(' ');
    const places = [...new Set(cuts.map((cut) => cut % (text.length + 1)))].sort((a, b) => a - b);
    return { text, pieces: [0, ...places].map((place, index) => text.slice(place, places[index] ?? text.length)) };
  });

describe('a stream that is redacted by window', () => {
  const guards = ['pii', 'words', 'secrets', 'runs'].map((name) => active(inspector, name, 'redact', window));

  it('is what redaction of the whole text gives, however it is cut', async () => {
    await fc.assert(
      fc.asyncProperty(cutText, async ({ text, pieces }) => {
        const whole = await guardText(text, output, guards, requestOf(inspector));
        const streamed = await stream(pieces, guards);
        expect(streamed.text).toBe(whole.text);
        const total = (reports: typeof whole.reports) => reports.reduce((sum, { count }) => sum + count, 0);
        expect(total(streamed.reports)).toBe(total(whole.reports));
      }),
      { numRuns: runs },
    );
  });

  it('holds back two windows at most and lets the rest go at once', async () => {
    const words = active(inspector, 'words', 'redact', { windowBytes: 40 });
    const { released } = await stream(Array.from('lorem ipsum '.repeat(40)), [words]);
    const sent = released.slice(0, -1).join('').length;
    expect(sent).toBeGreaterThanOrEqual(480 - 80);
  });

  it('never sends half a character', async () => {
    const words = active(inspector, 'words', 'redact', { windowBytes: 33 });
    const { released, text } = await stream(
      Array.from({ length: 101 }, () => '😀'),
      [words],
    );
    expect(text).toBe('😀'.repeat(101));
    expect(released.every((piece) => piece.isWellFormed())).toBe(true);
  });

  it('redacts a run that is longer than the window, piece by piece', async () => {
    const long = inspectorOf(`  all: { kind: regex, patterns: { digits: "[0-9]+" } }`);
    const digits = active(long, 'all', 'redact', { windowBytes: 8 });
    const guarded = createGuardStream([digits], requestOf(long));
    let text = '';
    for (let index = 0; index < 300; index++) text += (await guarded.push('text', '1234567890', output)).text;
    text += (await guarded.end('text')).text;
    expect(text.replace(/\[DIGITS_\d+_n0nce\]/g, '')).toBe('');
    await long.close();
  });

  it('holds a private key from its first line to its last', async () => {
    const body = 'MIIEpAIBAAKCAQEA7bq1'.repeat(200);
    const key = `-----BEGIN RSA PRIVATE KEY-----\n${body}\n-----END RSA PRIVATE KEY-----`;
    const { text } = await stream(`so: ${key} it is`.match(/[\s\S]{1,50}/g) ?? [], [
      active(inspector, 'secrets', 'redact', window),
    ]);
    expect(text).toMatch(/^so: \[SECRET_1_n0nce\]\s*it is$/);
  });
});

describe('a stream that is blocked', () => {
  it.each([
    ['window', window],
    ['buffer', 'buffer' as const],
  ])('lets nothing of the match through, however it is cut: %s', async (_, mode) => {
    const guards = [active(inspector, 'pii', 'block', mode), active(inspector, 'secrets', 'block', mode)];
    await fc.assert(
      fc.asyncProperty(cutText, async ({ text, pieces }) => {
        const whole = await guardText(text, output, guards, requestOf(inspector));
        const streamed = await stream(pieces, guards);
        expect(streamed.blocked === null).toBe(whole.blocked === null);
        if (!whole.blocked) expect(streamed.text).toBe(text);
        else if (mode === 'buffer') expect(streamed.text).toBe('');
        else {
          const passed = await guardText(streamed.text, output, guards, requestOf(inspector));
          expect(text.startsWith(streamed.text)).toBe(true);
          expect(passed.blocked).toBeNull();
        }
      }),
      { numRuns: runs },
    );
  });

  it('sends nothing on any channel afterwards', async () => {
    const guarded = createGuardStream([active(inspector, 'pii', 'block', window)], requestOf(inspector));
    await guarded.push('other', 'harmless', output);
    await guarded.push('text', '4111 1111 1111 1111', output);
    expect(await guarded.end('text')).toEqual({ text: '', blocked: { guard: 'pii', rule: 'card' } });
    expect(await guarded.end('other')).toEqual({ text: '', blocked: { guard: 'pii', rule: 'card' } });
    expect((await guarded.push('new', 'harmless', output)).text).toBe('');
  });
});

describe('a stream that is observed', () => {
  it('passes at once, and what was in it is reported', async () => {
    const { released, reports, blocked } = await stream(
      ['4111 1111 ', '1111 1111'],
      [active(inspector, 'pii', 'observe', 'observe')],
    );
    expect(released).toEqual(['4111 1111 ', '1111 1111', '']);
    expect(reports).toEqual([{ guard: 'pii', action: 'observe', outcome: 'found', rule: 'card', count: 1 }]);
    expect(blocked).toBeNull();
  });
});

describe('a guard that needs the whole text', () => {
  it('holds the stream', async () => {
    const guards = [active(inspector, 'short', 'block', 'buffer')];
    expect(createGuardStream(guards, requestOf(inspector)).holds).toBe(true);
    expect((await stream(['a'.repeat(30), 'b'.repeat(30)], guards)).released).toEqual(['', '', '']);
    expect((await stream(['a'.repeat(30)], guards)).released).toEqual(['', 'a'.repeat(30)]);
  });
});

describe('a token that is longer than the window', () => {
  it('is redacted to its end, however it is cut', async () => {
    const part = 'x7Kq2mVf9Tz4Rb1Wd8Lh'.repeat(60);
    const pieces = ['it is eyJ', part, '.eyJ', part, '.', part, ' and ', 'more of it. '.repeat(200)];
    const { text } = await stream(pieces, [active(inspector, 'secrets', 'redact', window)]);
    expect(text).toBe(`it is [SECRET_1_n0nce] and ${'more of it. '.repeat(200)}`);
  });
});

describe("a tool's arguments in a stream", () => {
  it('come out when they are complete, redacted and valid', async () => {
    const pieces = ['{"card": 4111111111', '111111, "mail": "a\\u0040b.exa', 'mple", "n": 1}'];
    const { released } = await stream(pieces, [active(inspector, 'pii', 'redact', window)], argumentsPlace);
    expect(released.slice(0, 3)).toEqual(['', '', '']);
    expect(JSON.parse(released[3] ?? '')).toEqual({ card: '[CARD_1_n0nce]', mail: '[EMAIL_2_n0nce]', n: 1 });
  });
});
