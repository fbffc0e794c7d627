import { describe, expect, it } from 'vitest';
import { configOf, findingsIn } from './findings.ts';

const models = 'providers: { p: { kind: sandbox } }\nmodels: { haiku: { provider: p } }\n';
const guardFindings = (entry: string, variables = {}) => findingsIn(`guards:\n  g: ${entry}`, variables);

describe('a guard in the config', () => {
  it('has what holds for every kind, with defaults', () => {
    const { guards } = configOf(
      'guards: { a: { kind: pii }, b: { kind: length, max: 20k, region: eu, on_error: pass, restore: true, timeout: 2s } }',
    );
    expect([...guards.values()]).toMatchObject([
      { name: 'a', kind: 'pii', region: null, onError: 'block', restore: false, timeoutMs: 5000 },
      {
        name: 'b',
        kind: 'length',
        region: 'eu',
        onError: 'pass',
        restore: true,
        timeoutMs: 2000,
        fields: { max: 20_000 },
      },
    ]);
  });

  it.each([
    ['{ kind: pii, find: [ card, phone ], countries: [ DE, AT ] }'],
    ['{ kind: secrets }'],
    ['{ kind: regex, patterns: { ticket: "T-[0-9]+" } }'],
    ['{ kind: keywords, words: [ a ], match_case: true, whole_words: false }'],
    ['{ kind: json-schema, schema: { type: object, properties: { a: { type: [ string, "null" ] } } } }'],
    ['{ kind: moderation, base_url: "https://api.openai.com/v1", api_key: "", model: m, categories: [ hate ] }'],
    ['{ kind: presidio, base_url: "http://127.0.0.1:5002", language: de, entities: [ PERSON ], score: 0.5 }'],
    ['{ kind: webhook, url: "https://guard.example/check", secret: s }'],
  ])('may be %s', (entry) => {
    expect(guardFindings(entry)).toEqual([]);
  });

  it.each([
    ['{ kind: pi }', '2:14 config-unknown-name "pi": `pi` is no kind of guard (did you mean `pii`?)'],
    ['{ kind: pii, fnd: [ card ] }', '2:19 config-unknown-key "fnd": `fnd` is not known here (did you mean `find`?)'],
    [
      '{ kind: pii, find: [ name ] }',
      '2:27 config-invalid-value "name": `name` cannot stand here (write one of `email`, `card`, `iban`, `ip`, `national-id`, `phone`)',
    ],
    ['{ kind: pii, find: [] }', '2:25 config-invalid-value "[]": a list has no kind (write one: `[ card ]`)'],
    [
      '{ kind: pii, countries: [ germany ] }',
      '2:32 config-invalid-value "germany": `germany` is not a country (write two capital letters, like `DE`)',
    ],
    [
      '{ kind: secrets, words: [ a ] }',
      '2:23 config-unknown-key "words": `words` is not known here (write one of `kind`, `region`, `on_error`, `restore`, `timeout`)',
    ],
    ['{ kind: keywords }', '2:3 config-missing-key "g": `words` is missing (add `words: …`)'],
    [
      '{ kind: keywords, words: [ "" ] }',
      '2:33 config-invalid-value """": an empty value is not text (write some text, in quotes if it looks like a number)',
    ],
    [
      '{ kind: length, max: many }',
      '2:27 config-invalid-value "many": `many` is not a number of anything (write a whole number from 1, like `20k`)',
    ],
    [
      '{ kind: length, max: 1, on_error: ignore }',
      '2:40 config-invalid-value "ignore": `ignore` cannot stand here (write one of `block`, `pass`)',
    ],
    [
      '{ kind: presidio, base_url: "http://x", score: 2 }',
      '2:53 config-invalid-value "2": `2` is not a share (write a decimal between 0.0 and 1.0)',
    ],
    [
      '{ kind: presidio, base_url: x }',
      '2:34 config-invalid-value "x": `x` is not an address (write a URL that begins with `https://` or `http://`)',
    ],
    ['{ kind: webhook, url: "https://x" }', '2:3 config-missing-key "g": `secret` is missing (add `secret: …`)'],
    [
      '{ kind: json-schema, schema: text }',
      '2:35 config-invalid-value "text": `text` is no JSON Schema (write a map as JSON Schema 2020-12 has it, without references to elsewhere, and with patterns that RE2 has)',
    ],
  ])('is told what is wrong with it: %s', (entry, wanted) => {
    expect(guardFindings(entry)).toEqual([wanted]);
  });

  it.each(['(', 'a(?=b)', '(a)\\\\1', 'a*'])('has patterns that RE2 knows and that find something: %s', (pattern) => {
    const [finding] = guardFindings(`{ kind: regex, patterns: { p: "${pattern}" } }`);
    expect(finding).toContain('is not a pattern (write a regular expression as RE2 has them');
  });

  it('names the fault of a JSON Schema where it stands', () => {
    const [finding] = guardFindings('{ kind: json-schema, schema: { type: objekt } }');
    expect(finding).toContain('2:35 config-invalid-value');
    expect(finding).toContain('is no JSON Schema');
  });

  it('has patterns in a JSON Schema that take linear time', () => {
    const [finding] = guardFindings('{ kind: json-schema, schema: { type: string, pattern: "a(?=b)" } }');
    expect(finding).toContain('with patterns that RE2 has');
  });

  it('that is sent content has another name than every model', () => {
    const guards = 'guards: { haiku: { kind: webhook, url: "https://x", secret: s } }';
    expect(findingsIn(`${models}${guards}`).join()).toContain('the guard `haiku` is called like a model');
  });

  it('names a judge that is a model', () => {
    expect(findingsIn(`${models}guards: { g: { kind: judge, model: haiku, question: "Is it rude?" } }`)).toEqual([]);
    expect(findingsIn(`${models}guards: { g: { kind: judge, model: haku, question: "Is it rude?" } }`)).toEqual([
      '3:36 config-unknown-name "haku": no model is called `haku` (did you mean `haiku`?)',
    ]);
  });

  it('signs with a secret that is one, and never shows it', () => {
    const webhook = `{ kind: webhook, url: "https://x", secret: "$\{S}" }`;
    expect(guardFindings(webhook, { S: 'hush' })).toEqual([]);
    const [finding, ...others] = guardFindings(webhook, { S: '' });
    expect(finding).toContain('the secret of a webhook is empty');
    expect(others).toEqual([]);
  });
});
