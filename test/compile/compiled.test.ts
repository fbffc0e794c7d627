import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compileSource } from '../../src/compile/compile-source.ts';
import { depthOf } from '../../src/compile/depth-of.ts';
import { digestOf } from '../../src/compile/digest.ts';
import { notingReads } from '../../src/compile/noting-reads.ts';
import type { PolicyProgram } from '../../src/compile/program.ts';
import { readCompiled } from '../../src/compile/read-compiled.ts';
import { writeCompiled } from '../../src/compile/write-compiled.ts';
import { readConfig } from '../../src/config/read-config.ts';
import { decide } from '../../src/decide/decide.ts';
import { prepareFacts } from '../../src/decide/prepare-facts.ts';
import type { Diagnostic } from '../../src/diagnostics/diagnostic.ts';
import { createSource } from '../../src/diagnostics/source.ts';
import type { Environment } from '../../src/semantics/environment.ts';
import { acme, factsOf, policyText } from '../support/acme.ts';
import { arbitraryScenario } from '../support/arbitrary-rules.ts';
import { compileScenario } from '../support/compile-scenario.ts';
import { runs } from '../support/runs.ts';

const everyRule = policyText(`
schedule office = mon..fri 09:00..18:00 "Europe/Paris"
@id(residency)
deny model when request.data_region == eu and model.region != eu because "in the EU"
deny request when request.prompt matches /secret/ or caller.team ?? "none" like "x*"
require caller.team is known when "phi" in request.tags else reject 403 "no team"
routes {
  route day when now in office use cheapest of { haiku, opus } timeout 10s then fastest of { gpt-pro, gemini-pro }
  split canary on request.id when request.input_tokens > 1k tok { 5% as new use spread of { haiku, opus } on request.id otherwise use opus }
  otherwise use requested then haiku
}
budget month $5 per month for each caller.key at 80% notify llm-spend at 100% reject 402 "spent"
limit rpm 60 req per min else use haiku
limit quota 10 req per min for each model.provider
cap output 4k tok when route == day
cache exact ttl 1h scope caller.key
guard pii on input then redact when model.region != eu
set reasoning_effort = low when caller.tier == free
tag tier = caller.tier
mirror 5% on request.id to opus`);

function compileFor(
  text: string,
  environment: Environment,
): { readonly file: string; readonly program: PolicyProgram } {
  const noting = notingReads(environment);
  const { value, diagnostics } = compileSource(createSource('test.llmpolicy', text), noting.environment);
  if (!value) throw new Error(diagnostics.map(({ message }) => message).join('\n'));
  return { file: writeCompiled(value.program, noting.compiledFor(value.program)), program: value.program };
}

const read = (file: string, environment = acme.environment) =>
  readCompiled(createSource('policy.json', file), environment);

/** Code, message and notes in one text. */
const said = ({ code, message, notes, help }: Diagnostic) => [code, message, ...notes, help].join('\n');
const refusal = (file: string, environment?: Environment) => read(file, environment).diagnostics.map(said).join('\n\n');

const compiled = compileFor(everyRule, acme.environment);

type Json = Record<string, unknown>;
type Path = readonly (string | number)[];

const team = compiled.program.facts.findIndex(({ key }) => key === 'caller.team');

/** Puts something else at a place of a program; undefined takes it away. */
function put([...path]: Path, value: unknown): (program: Json) => void {
  const last = path.pop() ?? '';
  return (program) => {
    const holder = path.reduce<Json>((at, key) => at[key] as Json, program);
    if (value === undefined) delete holder[last];
    else holder[last] = value;
  };
}

/** The file with something else in it, and with the digest that goes with it. */
function forged(change: (program: Json, file: Json) => void): string {
  const file: Json = JSON.parse(compiled.file);
  const program = file['program'] as Json;
  change(program, file);
  return JSON.stringify({ ...file, digest: digestOf(program) });
}

describe('a compiled policy', () => {
  it('is read as the program that was written', () => {
    const { value, diagnostics } = read(compiled.file);
    expect(diagnostics).toEqual([]);
    expect(value).toEqual(compiled.program);
  });

  it('decides as its text does, whatever the policy', () => {
    fc.assert(
      fc.property(arbitraryScenario, (scenario) => {
        const policy = compileScenario(scenario);
        if (!('requests' in policy)) return;
        const { environment } = policy.checked;
        const file = writeCompiled(policy.program, notingReads(environment).compiledFor(policy.program));
        const { value, diagnostics } = read(file, environment);
        expect(diagnostics.map(said)).toEqual([]);
        for (const facts of policy.requests) {
          expect(value && decide(value, facts)).toEqual(decide(policy.program, facts));
        }
      }),
      { numRuns: runs(60) },
    );
  });

  it('is read however deep its text nests, which the language bounds', () => {
    const nested = (inner: string) =>
      Array.from({ length: 60 }, (_, index) => index).reduce(
        (text, index) => `(request.messages > ${index} ${index % 2 === 0 ? 'and' : 'or'} ${text})`,
        inner,
      );
    const lets = ['a', 'b', 'c', 'd', 'e'].map((name, index, names) => {
      return `let ${name} = ${nested(names[index - 1] ?? 'request.stream')}`;
    });
    const refusesWith = (name: string, count: number) =>
      policyText([...lets.slice(0, count), `deny request when ${nested(name)}`].join('\n'));
    expect(() => compileFor(refusesWith('e', 5), acme.environment)).toThrow('stands on too many other `let`s');
    const { file, program } = compileFor(refusesWith('c', 3), acme.environment);
    expect(depthOf(JSON.parse(file))).toBeGreaterThan(400);
    expect(read(file).value).toEqual(program);
  });

  it('decides by its rules: tables that say something else are not read', () => {
    const file: Json = JSON.parse(compiled.file);
    const tables = { columns: [], choices: { form: 'scan', why: '' }, constraints: null, obligations: 'none' };
    const { value } = read(JSON.stringify({ ...file, tables }));
    expect(value?.tables).toEqual(compiled.program.tables);
  });
});

/** Changes of a generated config: one value for another of its kind. */
const changes = [
  ['region: eu', 'region: us'],
  ['price_out: $1,', 'price_out: $25,'],
  ['price_in: $0,', 'price_in: $5,'],
  ['context_window: 1k', 'context_window: 128k'],
  ['vision: true', 'vision: false'],
  ['tools: true', 'tools: false'],
  ['zero_retention: true', 'zero_retention: false'],
  ['answers_to: [shared]', 'answers_to: [other]'],
  ['provider: north', 'provider: south'],
  ['default: interactive', 'default: batch'],
  ['default: free', 'default: gold'],
  ['model.level: { type: count, default: 1 }', 'model.level: { type: count, default: 3 }'],
  ['request.difficulty: { type: decimal, optional: true', 'request.difficulty: { type: decimal, default: 0.7'],
  ['caller.trusted: { type: bool, optional: true }', 'caller.trusted: { type: bool, default: true }'],
  ['model.lag: { type: duration, default: 1s }', 'model.lag: { type: duration, default: 0s }'],
] as const;

describe('a compiled policy that another config takes', () => {
  it('is the one that its text would be compiled to there', () => {
    let [taken, refused] = [0, 0];
    fc.assert(
      fc.property(arbitraryScenario, fc.constantFrom(...changes), (scenario, [before, after]) => {
        const policy = compileScenario(scenario);
        const there = compileScenario({ ...scenario, facts: [], config: scenario.config.replace(before, after) });
        if (!('requests' in policy && 'requests' in there)) return;
        const noting = notingReads(policy.checked.environment);
        compileScenario(scenario, noting.environment);
        const file = writeCompiled(policy.program, noting.compiledFor(policy.program));
        const { value } = read(file, there.checked.environment);
        if (value) expect(there.program.digest).toBe(value.digest);
        taken += value ? 1 : 0;
        refused += value ? 0 : 1;
      }),
      { numRuns: runs(80) },
    );
    expect([taken > 0, refused > 0]).toEqual([true, true]);
  });
});

describe('a compiled policy is refused', () => {
  it('where its rules are not those of its digest', () => {
    const other = compiled.file.replace('"in the EU"', '"in the US"');
    expect(other).not.toBe(compiled.file);
    expect(refusal(other)).toContain(
      'compiled-broken\nthis compiled policy is damaged: its digest is not that of its rules',
    );
    expect(refusal(other)).toContain('llmpolicy compile POLICY -o FILE');
  });

  it.each([
    ['edition', 2031],
    ['meaning', 99],
  ])('where it has another %s', (what, number) => {
    const other = forged((program, file) => {
      program[what] = number;
      file[what] = number;
    });
    expect(refusal(other)).toContain(
      `compiled-otherwise\nthis policy was compiled by a version of llmpolicy with ${what} ${number}`,
    );
  });

  it('where its format has another version, whatever else is in it', () => {
    expect(refusal('{"format":"llmpolicy-program","version":2}')).toContain('with format 2');
  });

  it.each([
    ['another format', '{"format":"llmpolicy-jsonlogic","version":1}', 'no file of the format `llmpolicy-program`'],
    ['nothing', '{}', 'no file of the format'],
    ['half a file', compiled.file.slice(0, 2000), 'it is not whole JSON'],
    ['no header', '{"format":"llmpolicy-program","version":1}', 'its header is wrong\n`policy`:'],
    [
      'lists in lists',
      `{"format":"llmpolicy-program","version":1,"program":${'['.repeat(100_000)}${']'.repeat(100_000)}}`,
      'it nests too deep',
    ],
  ])('where it is %s', (_, file, message) => {
    expect(refusal(file)).toContain('compiled-broken');
    expect(refusal(file)).toContain(message);
  });

  it.each<[string, (program: Json, file: Json) => void, string]>([
    ['its header names another policy', (_, file) => (file['policy'] = 'other'), 'header is that of another policy'],
    ['its content lacks a list', (program) => delete program['denials'], '`denials`'],
    ['its content has a list too many', (program) => (program['more'] = []), '"more"'],
    ['a model is left out', (program) => (program['models'] = []), 'is wrong'],
    ['a zone is none', put(['zones', 0], 'Mars/Olympus'), '`zones[0]`: no time zone'],
    ['a pattern is none', put(['questions', 0, 'pattern', 'regex'], '('), 'no regular expression of RE2'],
    ['a fact is not there', put(['refusals', 0, 'when'], { op: 'known', fact: 999 }), '`refusals[0].when.fact`'],
    [
      'a model is not there',
      put(['mirrors', 0, 'cases', 0, 'payload', 'model'], 99),
      '`mirrors[0].cases[0].payload.model`',
    ],
    [
      'words are put in order',
      put(['refusals', 0, 'when'], { op: 'compare', fact: team, relation: '<', value: 'a' }),
      'its fact cannot be asked this',
    ],
    [
      'a text is compared with a number',
      put(['refusals', 0, 'when'], { op: 'compare', fact: team, relation: '==', value: 1 }),
      'its fact cannot be asked this',
    ],
    ['a default is of another type', put(['facts', team, 'absent'], 5), '`facts'],
    ['a split has no branches', put(['choices', 1, 'to', 'branches'], []), '`choices[1].to.branches`'],
    ['a price is no whole number', put(['models', 0, 'price'], [0.5, 1]), '`models[0].price[0]`'],
  ])('where %s', (_, change, message) => {
    expect(refusal(forged(change))).toContain(message);
  });
});

describe('a compiled policy and another config', () => {
  const small = `version: 1
policy: test.llmpolicy
providers: { here: { kind: sandbox, region: eu }, there: { kind: sandbox, region: us } }
models:
  a: { provider: here, upstream: up-a, price_in: $1, price_out: $2, context_window: 32k }
  b: { provider: there, upstream: up-b, price_in: $1, price_out: $2, context_window: 32k }
attributes:
  request.class: { type: enum, values: [chat, batch], default: chat, from: [header x-class] }
  request.other: { type: count, default: 0, from: [header x-other] }
guards: { pii: { kind: pii } }
notify: { spend: { webhook: "https://hooks.example/spend" } }
`;
  const policy = `edition 2026
policy "test"
deny model when request.class == batch and model.region != eu
routes { otherwise use a then b }
budget all $5 per day at 80% notify spend
guard pii on input then redact`;
  const environmentOf = (config: string): Environment => {
    const { value, diagnostics } = readConfig(createSource('gateway.config.yaml', config), {});
    if (!value) throw new Error(diagnostics.map(({ message }) => message).join('\n'));
    return value.environment;
  };
  const { file } = compileFor(policy, environmentOf(small));

  it.each<[string, string, string, string]>([
    ['a model less', /\n {2}b:.*/.exec(small)?.[0] ?? '', '', 'it was compiled for the models a, b; the config has a'],
    [
      'another provider',
      'provider: there',
      'provider: here',
      'the model `b` has the provider "here" in the config, and had "there"',
    ],
    ['another upstream', 'up-b', 'up-c', 'the model `b` has the upstream "up-c" in the config, and had "up-b"'],
    ['another public name', 'up-b,', 'up-b, answers_to: [c],', 'the model `b` has the public names'],
    ['another region', 'region: us', 'region: eu', 'the model `b` has `region` "eu" in the config, and had "us"'],
    [
      'an ability that was not stated',
      'up-b,',
      'up-b, vision: true,',
      'the model `b` has `vision` true in the config, and had false',
    ],
    [
      'an attribute of another type',
      'values: [chat, batch]',
      'values: [chat, batch, more]',
      '`request.class` is declared otherwise',
    ],
    ['another default', 'default: chat', 'default: batch', '`request.class` is declared otherwise'],
    [
      'no such attribute',
      /\n {2}request.class:.*/.exec(small)?.[0] ?? '',
      '',
      'the config declares no attribute `request.class`',
    ],
    ['no such guard', 'guards: { pii: { kind: pii } }', 'guards: {}', 'the config has no guard `pii`'],
    [
      'a guard of another kind',
      '{ kind: pii }',
      '{ kind: secrets }',
      'the guard `pii` is of the kind secrets now, and was pii',
    ],
    ['no such channel', 'spend:', 'other:', 'the config has no channel `spend` to notify'],
    ['another currency', 'version: 1', 'version: 1\ncurrency: EUR', 'its currency is USD, the config’s EUR'],
  ])('is refused where that has %s', (_, before, after, difference) => {
    const other = small.replace(before, after).replaceAll('$', _ === 'another currency' ? 'eur ' : '$$');
    expect(other).not.toBe(small);
    const found = refusal(file, environmentOf(other));
    expect(found).toContain('compiled-elsewhere\nthis policy was compiled for another config');
    expect(found).toContain(difference);
  });

  it('is taken where what differs was never read', () => {
    const other = small
      .replace('default: 0', 'default: 7')
      .replace('price_in: $1, price_out: $2', 'price_in: $3, price_out: $4, max_output: 1k');
    expect(read(file, environmentOf(other)).diagnostics).toEqual([]);
  });
});

describe('what a forged policy decides by', () => {
  /** Every place in a value, as a path. */
  function places(value: unknown, path: Path = []): Path[] {
    if (typeof value !== 'object' || value === null) return [path];
    const inner = Array.isArray(value)
      ? value.map((element, index) => [index, element] as const)
      : Object.entries(value);
    return [path, ...inner.flatMap(([key, element]) => places(element, [...path, key]))];
  }

  const all = places(JSON.parse(compiled.file).program).filter((path) => path.length > 0);
  const odd = fc.constantFrom(
    undefined,
    null,
    -1,
    0,
    1,
    1.5,
    99,
    2 ** 60,
    '',
    'x',
    '(',
    true,
    false,
    [],
    [0],
    {},
    'off',
  );
  const { value: text } = compileSource(createSource('test.llmpolicy', everyRule), acme.environment);
  const requests = text
    ? [
        {},
        { 'request.tags': ['phi'] },
        { 'caller.team': 'a', 'request.input_tokens': 5000, now: '2026-01-04T23:00:00Z' },
        { 'limit.rpm.exhausted': true, 'budget.month.used': '120%', 'haiku.quota.exhausted': true },
      ].map((json) => factsOf(text, json))
    : [];

  it('is one thing or the other: refused, or decided with', () => {
    expect(requests).toHaveLength(4);
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.constantFrom(...all), odd), { minLength: 1, maxLength: 2 }), (changes) => {
        const file: Json = JSON.parse(compiled.file);
        const program = file['program'] as Json;
        for (const [path, value] of changes) {
          try {
            put(path, value)(program);
          } catch {
            // An earlier change took away what this one changes.
          }
        }
        const { value, diagnostics } = read(JSON.stringify({ ...file, program, digest: digestOf(program) }));
        expect(diagnostics.length > 0).toBe(value === undefined);
        if (!value) return;
        for (const facts of [...requests, new Map()]) {
          expect(decide(value, prepareFacts(value, facts, 0)).policy.name).toBe(value.name);
        }
      }),
      { numRuns: runs(120) },
    );
  });
});
