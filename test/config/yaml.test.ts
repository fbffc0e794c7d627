import { describe, expect, it } from 'vitest';
import { readConfig } from '../../src/config/read-config.ts';
import { createSource } from '../../src/diagnostics/source.ts';
import { spanText } from '../../src/diagnostics/span.ts';
import { findings, findingsIn } from './findings.ts';

describe('a text that is not YAML', () => {
  it('is reported with every mistake in it, and nothing is made of it', () => {
    const text = 'version: 1\nserver: { host: [127.0.0.1 }\npolicy: "a\n';
    const reported = findings(text);
    expect(reported.length).toBeGreaterThan(1);
    expect(reported[0]).toMatch(/^2:\d+ config-syntax .*: a `\[` is still open here \(close it with `\]`/);
    expect(readConfig(createSource('c', text), {}).value).toBeUndefined();
  });

  it('is reported when it is indented with tabs', () => {
    expect(findings('server:\n\thost: a\n')[0]).toBe(
      '2:1 config-syntax "\t": not valid YAML: tabs are not allowed as indentation',
    );
  });

  it.each([
    ['', '1:1 config-syntax "": the config is empty'],
    ['# nothing\n', '1:1 config-syntax "": the config is empty'],
    ['- a\n', '1:1 config-syntax "- a": the config is not a map'],
  ])('is reported when there is no map in it: %j', (text, finding) => {
    expect(findings(text)).toEqual([`${finding} (begin with \`version: 1\`, then \`policy: FILE\`)`]);
  });

  it.each([
    ['a: 1\n---\nb: 2\n', '2:1 config-syntax "---": a config is one document, and a second begins here'],
    ['? [a]\n: 1\n', '1:3 config-syntax "[": a key must be a word'],
    ['a: !secret b\n', '1:4 config-syntax "!secret": not valid YAML: unresolved tag: !secret'],
  ])('is reported in our words: %j', (text, finding) => {
    expect(findings(text)).toEqual([finding]);
  });
});

describe('a key that is written twice', () => {
  it('is an error that shows the first', () => {
    const source = createSource('c', 'version: 1\npolicy: a\npolicy: b\n');
    const [finding] = readConfig(source, {}).diagnostics;
    expect(findings(source.text)).toEqual([
      '3:1 config-duplicate "policy": `policy` is written twice (keep one of them)',
    ]);
    expect(finding?.secondary.map(({ span, message }) => [span.start, spanText(span), message])).toEqual([
      [11, 'policy', 'first written here'],
    ]);
  });
});

describe('an alias', () => {
  it('is refused where it stands', () => {
    expect(findingsIn('server: { host: &h localhost }\ncurrency: *h')).toEqual([
      '2:11 config-not-supported "*h": aliases are not supported here (write the value out)',
    ]);
  });
});
