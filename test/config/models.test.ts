import { describe, expect, it } from 'vitest';
import { configOf, findingsIn } from './findings.ts';

const providers =
  'providers: { box: { kind: sandbox, region: eu }, openai: { kind: openai, api_key: k }, like: { kind: openai-compatible, base_url: "http://a" } }';

function modelOf(entry: string, more = '') {
  return configOf(`${providers}\nmodels: { m: ${entry} }\n${more}`).environment.models[0];
}

function modelFindings(models: string, more = '') {
  return findingsIn(`${providers}\nmodels: { ${models} }\n${more}`);
}

describe('a model', () => {
  it('is called upstream as here unless it says otherwise', () => {
    expect(modelOf('{ provider: box }')).toMatchObject({ name: 'm', provider: 'box', upstream: 'm' });
    expect(modelOf('{ provider: box, upstream: echo }')?.upstream).toBe('echo');
  });

  it('answers to its own name, its public names and `provider/upstream`, each once', () => {
    expect(modelOf('{ provider: box, upstream: echo, answers_to: [gpt-4o, m, gpt-4o] }')?.answersTo).toEqual([
      'm',
      'gpt-4o',
      'box/echo',
    ]);
  });

  it('says where it is declared', () => {
    expect(modelOf('{ provider: box }')?.declaredAt).toBe('gateway.config.yaml:2');
  });

  it('stands in the same order as in the file', () => {
    const { models, environment } = configOf(`${providers}\nmodels: { z: { provider: box }, a: { provider: box } }`);
    expect([...models.keys()]).toEqual(['z', 'a']);
    expect(environment.models.map(({ name }) => name)).toEqual(['z', 'a']);
    expect(environment.attributes.get('model.name')?.type).toMatchObject({ values: ['z', 'a'] });
  });
});

describe('the attributes of a model', () => {
  it('are held as their types say', () => {
    const model = modelOf(
      '{ provider: box, price_in: $0.40, price_out: $2.50, context_window: 128k, max_output: 8000, vision: true }',
    );
    expect(model?.attributes).toEqual(
      new Map<string, unknown>([
        ['vision', true],
        ['tools', false],
        ['json_schema', false],
        ['reasoning', false],
        ['zero_retention', false],
        ['price_in', 400_000_000],
        ['price_out', 2_500_000_000],
        ['context_window', 128_000],
        ['max_output', 8000],
        ['name', 'm'],
        ['provider', 'box'],
        ['region', 'eu'],
      ]),
    );
  });

  it('have the region of the provider unless the model states one', () => {
    expect(modelOf('{ provider: box, region: us }')?.attributes.get('region')).toBe('us');
    expect(modelOf('{ provider: openai }')?.attributes.has('region')).toBe(false);
  });

  it('are filled in from the public catalogue for its kind of provider only', () => {
    const known = modelOf('{ provider: openai, upstream: gpt-4.1-mini, max_output: 4k }');
    expect(known?.attributes.get('price_in')).toBe(400_000_000);
    expect(known?.attributes.get('price_out')).toBe(1_600_000_000);
    expect(known?.attributes.get('context_window')).toBe(1_047_576);
    expect(known?.attributes.get('max_output')).toBe(4000);
    expect(known?.attributes.get('vision')).toBe(true);
    expect(modelOf('{ provider: like, upstream: gpt-4.1-mini }')?.attributes.has('price_in')).toBe(false);
    expect(modelOf('{ provider: openai, upstream: unheard-of }')?.attributes.has('price_in')).toBe(false);
  });

  it('have no price from the catalogue in another currency', () => {
    const known = modelOf('{ provider: openai, upstream: gpt-4.1-mini }', 'currency: EUR');
    expect(known?.attributes.has('price_in')).toBe(false);
    expect(known?.attributes.get('context_window')).toBe(1_047_576);
  });

  it('may be free of charge, which leaves no other price', () => {
    const free = modelOf('{ provider: like, price: free }');
    expect([free?.attributes.get('price_in'), free?.attributes.get('price_out')]).toEqual([0, 0]);
    expect(modelFindings('m: { provider: box, price: free, price_out: $1 }')).toEqual([
      '2:44 config-invalid-value "price_out": `price_out` and `price: free` exclude each other (leave out one of them)',
    ]);
  });

  it('may be declared, with a default or as required', () => {
    const declared =
      'attributes: { model.speed: { type: enum, values: [slow, fast], default: fast }, model.owner: { type: string, required: true } }';
    const model = modelOf('{ provider: box, owner: a }', declared);
    expect(model?.attributes.get('speed')).toBe('fast');
    expect(model?.attributes.get('owner')).toBe('a');
    expect(modelFindings('m: { provider: box, speed: fats }', declared)).toEqual([
      '2:11 config-missing-key "m": `owner` is missing (`model.owner` is declared required in gateway.config.yaml:3)',
      '2:38 config-invalid-value "fats": `fats` is none of its values (did you mean `fast`?)',
    ]);
  });
});

describe('what is wrong with a model', () => {
  it('is a provider that does not exist', () => {
    expect(modelFindings('m: { provider: opnai }')).toEqual([
      '2:26 config-unknown-name "opnai": `opnai` is no provider of this config (did you mean `openai`?)',
    ]);
  });

  it('is a field that does not exist, or cannot be stated', () => {
    expect(modelFindings('m: { provider: box, prise_in: $1 }')).toEqual([
      '2:31 config-unknown-key "prise_in": `prise_in` is no field of a model (did you mean `price_in`?)',
    ]);
    expect(modelFindings('m: { provider: box, latency: 5s }')[0]).toContain('`latency` is no field of a model');
    expect(modelFindings('m: { provider: box, up: true }')[0]).toContain('`up` is no field of a model');
  });

  it('is a value of another type', () => {
    expect(
      modelFindings('m: { provider: box, price_in: 0.4, context_window: big, vision: yes, region: 5, answers_to: m }'),
    ).toEqual([
      '2:41 config-invalid-value "0.4": `0.4` is not an amount of money (write it like `$1.25`)',
      '2:62 config-invalid-value "big": `big` is not a number of tokens (write it like `128k`)',
      '2:75 config-invalid-value "yes": `yes` is neither `true` nor `false` (write it like `true`)',
      expect.stringMatching(/^2:88 config-invalid-value "5": `5` is not a word /),
      '2:103 config-invalid-value "m": `m` is not a list (write it as `[ … ]`)',
    ]);
  });

  it('is a price in a currency that is not the config’s', () => {
    expect(modelFindings('m: { provider: box, price_in: $1 }', 'currency: EUR')).toEqual([
      '2:41 config-invalid-value "$1": `$1` is not an amount of money (write it like `eur 1.25`)',
    ]);
  });

  it('is nothing that was said of its provider already', () => {
    expect(findingsIn('providers: { p: { kind: nothing-like-it } }\nmodels: { m: { provider: p } }')).toHaveLength(1);
  });

  it('is a name that policies cannot tell from a path', () => {
    expect(modelFindings('request: { provider: box }')).toEqual([
      '2:11 config-invalid-value "request": `request` cannot be the name of a model (policies use that word for something else)',
    ]);
  });
});
