import { afterAll, describe, expect, it } from 'vitest';
import { createDetectPool } from '../../src/guards/detect-pool.ts';
import type { Guard, Place } from '../../src/guards/guard.ts';
import { guardText } from '../../src/guards/guard-text.ts';
import { createInspector } from '../../src/guards/inspector.ts';
import { input, surroundings } from '../support/guard-surroundings.ts';
import { active, guardConfigs, inspectorOf, requestOf } from './guard-config.ts';

const entries = `
  pii: { kind: pii, timeout: 60s }
  words: { kind: keywords, words: [ "project-x" ], timeout: 60s }
  secrets: { kind: secrets, timeout: 60s }
  hard: { kind: regex, patterns: { hard: "(a+)+b|(x+x+)+y" }, timeout: 60s }
`;
const names = ['pii', 'words', 'secrets', 'hard'] as const;
const inspector = inspectorOf(entries);
afterAll(() => inspector.close());

const one = `\ud800 mail a@b.example or 4111 1111 1111 1111 of project-x, ghp_${'a1B2c3D4e5F6'.repeat(3)} 😀 ${'lorem ipsum '.repeat(20)}\n`;
const long = one.repeat(300);
const json: Place = { point: 'input', role: 'tool-result', form: 'json' };

/** The same guard with a detector that tells on which thread it was asked. */
function spied(name: (typeof names)[number]): { readonly guard: Guard; readonly asked: () => number } {
  const { guard } = active(inspector, name, 'observe');
  let asked = 0;
  const inspect: Guard['detector']['inspect'] = (...args) => {
    asked++;
    return guard.detector.inspect(...args);
  };
  return { guard: { ...guard, detector: { ...guard.detector, inspect } }, asked: () => asked };
}

describe('a text of more than 64 kB', () => {
  it.each(names)('is inspected on another thread, with the same findings: %s', async (name) => {
    for (const [text, place] of [
      [long, input],
      [JSON.stringify({ text: long }), json],
    ] as const) {
      const { guard, asked } = spied(name);
      const elsewhere = await inspector.inspect(guard, text, place, requestOf(inspector));
      expect(asked()).toBe(0);
      const read = place.form === 'json' ? JSON.parse(text).text : text;
      const here = await guard.detector.inspect(read, place, surroundings());
      expect(elsewhere).toMatchObject({ kind: 'findings' });
      if (elsewhere.kind === 'findings') expect(elsewhere.findings).toHaveLength(here.length);
      if (elsewhere.kind === 'findings' && place.form === 'text') expect(elsewhere.findings).toEqual(here);
    }
  });

  it('is told by its bytes, and a shorter one stays', async () => {
    const { guard, asked } = spied('words');
    await inspector.inspect(guard, 'é'.repeat(32_000), input, requestOf(inspector));
    expect(asked()).toBe(1);
    await inspector.inspect(guard, 'é'.repeat(32_001), input, requestOf(inspector));
    expect(asked()).toBe(1);
  });

  it('leaves the serving thread to others', async () => {
    let turns = 0;
    const turning = setInterval(() => turns++, 1);
    const guards = names.map((name) => active(inspector, name, 'redact'));
    const { text, blocked } = await guardText(one.repeat(2_000), input, guards, requestOf(inspector));
    clearInterval(turning);
    expect(blocked).toBeNull();
    expect(text).not.toContain('4111 1111');
    expect(turns).toBeGreaterThan(3);
  });
});

describe('texts that are made to be slow', () => {
  it.each([
    'a',
    '@',
    'a@b.',
    '1',
    '1-',
    '1.',
    ':',
    'a:',
    'GB12',
    '+1 ',
    '(1)',
    '1234 ',
    'x',
    '-----BEGIN ',
    'http://a:b@',
    '"',
    '\\',
    '\ud800',
    ' ',
  ])('end within the time of their guard, in a long text of %j', async (unit) => {
    const size = Math.round(300_000 * Number(process.env['LLMPOLICY_TEST_SCALE'] ?? 1));
    const text = unit.repeat(size / unit.length);
    for (const name of names) {
      const outcome = await inspector.inspect(active(inspector, name, 'block').guard, text, json, requestOf(inspector));
      expect(outcome).toMatchObject({ kind: 'findings' });
    }
  });
});

describe('a guard whose time is over', () => {
  it('has failed, and its thread goes on with the next text', async () => {
    const configs = guardConfigs(entries).map((config) => ({ ...config, timeoutMs: 1 }));
    const hasty = createInspector(configs);
    const { guard } = active(hasty, 'pii', 'block');
    expect(await hasty.inspect(guard, one.repeat(20_000), input, requestOf(hasty))).toEqual({ kind: 'failed' });
    const patient = { ...guard, config: { ...guard.config, timeoutMs: 30_000 } };
    expect(await hasty.inspect(patient, long, input, requestOf(hasty))).toMatchObject({ kind: 'findings' });
    await hasty.close();
  });
});

describe('the queue of long texts', () => {
  it('is bounded, and has room again when texts are done', async () => {
    const pool = createDetectPool(guardConfigs(entries), { threads: 1, maxUnits: 100 });
    const { signal } = new AbortController();
    const job = (text: string) => pool.detect({ guard: 'words', text, place: input }, signal);
    const first = job('a project-x '.padEnd(90));
    await expect(job('b'.repeat(20))).rejects.toThrow('too many long texts');
    expect(await first).toEqual([{ start: 2, end: 11, rule: 'word-1', kind: 'keyword' }]);
    expect(await job('b'.repeat(20))).toEqual([]);
    await pool.close();
  });

  it('takes nothing for a caller who has gone, nor for a guard that does not exist', async () => {
    const pool = createDetectPool(guardConfigs(entries), { threads: 1, maxUnits: 100 });
    await expect(pool.detect({ guard: 'words', text: 'a', place: input }, AbortSignal.abort())).rejects.toThrow(
      'too long',
    );
    await expect(pool.detect({ guard: 'none', text: 'a', place: input }, new AbortController().signal)).rejects.toThrow(
      'failed',
    );
    await pool.close();
  });

  it('ends what waits when it closes', async () => {
    const pool = createDetectPool(guardConfigs(entries), { threads: 1, maxUnits: 10_000_000 });
    const waiting = [1, 2].map(() =>
      pool.detect({ guard: 'pii', text: long, place: input }, new AbortController().signal),
    );
    const outcomes = Promise.allSettled(waiting);
    await pool.close();
    expect((await outcomes).map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  });
});
