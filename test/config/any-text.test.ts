import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readConfig } from '../../src/config/read-config.ts';
import { hasErrors } from '../../src/diagnostics/diagnostic.ts';
import { createSource } from '../../src/diagnostics/source.ts';

const starter = readFileSync(new URL('../../gateway.config.yaml', import.meta.url), 'utf8');

/** A config with a few mistakes in it: stretches of its text replaced by something else. */
const damaged = fc
  .array(
    fc.tuple(
      fc.nat(starter.length),
      fc.nat(12),
      fc.oneof(
        fc.string({ maxLength: 3 }),
        fc.constantFrom('{', '[', ': ', '- ', '&a ', '*a', '"', '\n', '${', 'null', '? ', '!!int '),
      ),
    ),
    { minLength: 1, maxLength: 4 },
  )
  .map((edits) =>
    edits.reduce((text, [at, length, put]) => text.slice(0, at) + put + text.slice(at + length), starter),
  );

function check(text: string) {
  const { value, diagnostics } = readConfig(createSource('c', text), {});
  expect(value === undefined).toBe(hasErrors(diagnostics));
  for (const { primary, message } of diagnostics) {
    expect(primary.span.start).toBeLessThanOrEqual(primary.span.end);
    expect(primary.span.end).toBeLessThanOrEqual(text.length + 1);
    expect(message).not.toMatch(/undefined|\[object|NaN/);
  }
}

describe('whatever the text is', () => {
  it('reading it ends, and has a value exactly when nothing is wrong', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary' }), check));
  });

  it('half a character is no text', () => {
    for (const text of ['time_zone: "a\\ud800"\n', '"\\ud800": 1\n']) check(`${starter}\n${text}`);
    const { diagnostics } = readConfig(createSource('c', 'version: 1\npolicy: "a\\ud800"\n'), {});
    expect(diagnostics.map(({ message }) => message)).toContain('half of a surrogate pair is no text');
  });

  it('that holds for damaged configs too', () => {
    fc.assert(fc.property(damaged, check), { numRuns: 500 });
  });
});
