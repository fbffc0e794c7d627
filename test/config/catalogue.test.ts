import { describe, expect, it } from 'vitest';
import { readConfig } from '../../src/config/read-config.ts';
import { createSource, positionAt } from '../../src/diagnostics/source.ts';
import { configOf } from './findings.ts';

const config = `version: 1
policy: a.llmpolicy
catalog: models.json
providers: { openai: { kind: openai, api_key: k } }
models: { m: { provider: openai, upstream: new-model, price: free }, n: { provider: openai, upstream: gpt-4.1 } }
`;

const entry = {
  kind: 'openai',
  upstream: 'new-model',
  abilities: ['vision', 'audio', 'parallel_tools'],
  context_window: '2M',
  max_output: 64_000,
  source: 'https://example.com/models',
  date: '2026-11-01',
};

function read(catalogue: string, text = config) {
  return readConfig(createSource('gateway.config.yaml', text), {}, (path) =>
    path === 'models.json' ? createSource(path, catalogue) : { problem: 'there is no such file' },
  );
}

function findings(catalogue: string, text = config) {
  return read(catalogue, text).diagnostics.map(({ code, message, help, primary: { span } }) => {
    const { line, column } = positionAt(span.source, span.start);
    return `${span.source.name}:${line}:${column} ${code}: ${message}${help === undefined ? '' : ` (${help})`}`;
  });
}

describe('a catalogue that the config names', () => {
  it('takes the place of the built-in one; prices, and windows that it lacks, are the list’s', () => {
    const { value } = read(JSON.stringify({ models: [entry] }));
    const [m, n] = value?.environment.models ?? [];
    expect(m?.attributes.get('context_window')).toBe(2_000_000);
    expect(m?.attributes.get('max_output')).toBe(64_000);
    expect(m?.attributes.get('vision')).toBe(true);
    expect(m?.attributes.has('audio')).toBe(false);
    expect(n?.attributes.get('context_window')).toBe(1_000_000);
    expect(n?.attributes.get('vision')).toBe(false);
    expect(n?.attributes.has('max_output')).toBe(false);
    expect(n?.attributes.get('price_in')).toBe(2_000_000_000);
  });

  it('may be written as YAML', () => {
    const text = `models:\n  - { kind: openai, upstream: new-model, abilities: [], context_window: 8k, source: s, date: 2026-11-01 }`;
    expect(read(text).value?.environment.models[0]?.attributes.get('context_window')).toBe(8_000);
  });

  it('is checked, with places in its own file', () => {
    const wrong = [
      { ...entry, kind: 'opnai' },
      { ...entry, abilities: ['visoin'], context_window: 0 },
      { ...entry, date: 'today', price: 5 },
      { kind: 'openai', upstream: 'x', abilities: [] },
      entry,
      entry,
    ];
    const text = JSON.stringify({ models: wrong }, null, 1);
    expect(findings(text)).toEqual([
      'models.json:4:12 config-unknown-name: `opnai` is no kind of provider (did you mean `openai`?)',
      expect.stringMatching(
        /^models\.json:20:5 config-invalid-value: `visoin` cannot stand here \(write one of `vision`, /,
      ),
      'models.json:22:22 config-invalid-value: `0` is not a number of tokens (write it like `128k`)',
      'models.json:38:12 config-invalid-value: `today` is not a day (write it like `2026-01-31`)',
      expect.stringMatching(/^models\.json:39:4 config-unknown-key: `price` is not known here \(write one of `kind`, /),
      'models.json:41:3 config-missing-key: `source` is missing (add `source: …`)',
      'models.json:41:3 config-missing-key: `date` is missing (add `date: …`)',
      'models.json:61:16 config-duplicate: `openai/new-model` is listed twice (keep one of them)',
    ]);
  });

  it.each([
    ['[]', 'models.json:1:1 config-syntax: the config is not a map'],
    ['{ "models": 5 }', 'models.json:1:13 config-invalid-value: `5` is not a list'],
    ['{ "models": [', 'models.json:1:14 config-syntax: a `[` is still open here'],
  ])('must be one: %s', (text, finding) => {
    expect(findings(text)[0]).toContain(finding);
  });

  it('must be there', () => {
    expect(findings('', config.replace('models.json', 'none.json'))).toEqual([
      'gateway.config.yaml:3:10 config-invalid-value: `none.json` cannot be read: there is no such file (name a file beside the config, or leave `catalog` out for the one that is built in)',
    ]);
  });

  it('does not come between the findings of the config', () => {
    const text = `${config}currency: XYZ\n`;
    expect(findings('[]', text).map((line) => line.split(':')[0])).toEqual(['gateway.config.yaml', 'models.json']);
  });
});

describe('the price of a model', () => {
  const priceOf = (entryText: string, more = '') =>
    configOf(`providers: { p: { kind: openai, api_key: k } }\nmodels: { m: ${entryText} }\n${more}`).models.get('m')
      ?.price;
  const flat = (base: number) => ({ base, tiers: [] });
  const listed = { input: flat(400_000_000), cachedInput: flat(100_000_000), output: flat(1_600_000_000) };

  it('is the public one', () => {
    expect(priceOf('{ provider: p, upstream: gpt-4.1-mini }')).toEqual(listed);
  });

  it('is the model’s own where it states one, without the vendor’s discounts', () => {
    expect(priceOf('{ provider: p, upstream: gpt-4.1-mini, price_in: $1 }')).toEqual({
      input: flat(1_000_000_000),
      output: listed.output,
    });
    expect(priceOf('{ provider: p, upstream: gpt-4.1-mini, price_out: $9 }')).toEqual({
      ...listed,
      output: flat(9_000_000_000),
    });
  });

  it('has the parts that the model states', () => {
    const prices = 'prices: { cached_input: $0.05, audio_output: $80, per_request: $0.01 }';
    expect(priceOf(`{ provider: p, upstream: own, price_in: $1, price_out: $2, ${prices} }`)).toEqual({
      input: flat(1_000_000_000),
      output: flat(2_000_000_000),
      cachedInput: flat(50_000_000),
      audioOutput: flat(80_000_000_000),
      perRequest: 10_000_000,
    });
  });

  it('is not known where nobody states it, nor in another currency', () => {
    expect(priceOf('{ provider: p, upstream: own, price_in: $1 }')).toBeNull();
    expect(priceOf('{ provider: p, upstream: gpt-4.1-mini }', 'currency: EUR')).toBeNull();
  });

  it('has no other parts', () => {
    const text = `${config}`.replace(
      'upstream: new-model, price: free',
      'prices: { cached_inptu: $1, cache_write: 5 }, price_in: $1, price_out: $1',
    );
    expect(findings('{ models: [] }', text)).toEqual([
      'gateway.config.yaml:5:44 config-unknown-key: `cached_inptu` is no part of a price (did you mean `cached_input`?)',
      'gateway.config.yaml:5:75 config-invalid-value: `5` is not an amount of money (write it like `$1.25`)',
    ]);
  });
});
