import { describe, expect, it } from 'vitest';
import { readConfig } from '../../src/config/read-config.ts';
import { createSource } from '../../src/diagnostics/source.ts';
import { configOf, findings, findingsIn } from './findings.ts';

describe('what a config must say', () => {
  it('is its version and its policy', () => {
    expect(findings('currency: USD\n')).toEqual([
      '1:1 config-missing-key "currency: USD": `version` is missing (write `version: 1`)',
      '1:1 config-missing-key "currency: USD": `policy` is missing (write `policy: FILE`)',
    ]);
  });

  it('is a version that can be read', () => {
    expect(findings('version: 2\npolicy: a\n')).toEqual([
      '1:10 config-invalid-value "2": `2` is no version (write `version: 1`)',
    ]);
  });
});

describe('a key that does not exist', () => {
  it('is an error with what was probably meant', () => {
    expect(findingsIn('curency: EUR\nserver: { prot: 80 }\nzzzzzzzzzz: 1')).toEqual([
      '1:1 config-unknown-key "curency": `curency` is not known here (did you mean `currency`?)',
      '2:11 config-unknown-key "prot": `prot` is not known here (did you mean `port`?)',
      expect.stringMatching(/^3:1 config-unknown-key "zzzzzzzzzz": .*\(write one of `version`, `server`, /),
    ]);
  });

  it('is an error whatever it is called', () => {
    expect(findingsIn('__proto__: 1\nserver: { constructor: 1 }')).toHaveLength(2);
  });
});

describe('a value of the wrong form', () => {
  it.each([
    [
      'server: { port: 65536 }',
      '1:17',
      '65536',
      'is not a port (write a whole number up to 65535; 0 takes any free port)',
    ],
    ['server: { port: -1 }', '1:17', '-1', 'is not a port (write a whole number up to 65535; 0 takes any free port)'],
    ['server: { host: 5 }', '1:17', '5', 'is not text (write some text, in quotes if it looks like a number)'],
    ['server: { max_body: 10 }', '1:21', '10', 'is not a size (write it like `10MB`)'],
    ['time_zone: Paris', '1:12', 'Paris', 'is not a time zone (write the name of one, like `Europe/Paris`)'],
    ['time_zone: "+01:00"', '1:12', '+01:00', 'is not a time zone (write the name of one, like `Europe/Paris`)'],
    ['currency: JPY', '1:11', 'JPY', 'cannot stand here (write one of `USD`, `EUR`, `GBP`, `CHF`)'],
    [
      'store: disk',
      '1:8',
      'disk',
      'is not a store (write `memory`, `sqlite:FILE`, `redis://…`, `rediss://…` or `upstash:https://…`)',
    ],
    ['ledger: file', '1:9', 'file', 'is not a ledger (write `sqlite:FILE`, `jsonl:DIR` or `off`)'],
    ['auth: { required: maybe }', '1:19', 'maybe', 'is neither `true` nor `false` (write one of them)'],
    ['policy_source: disk', '1:16', 'disk', 'cannot stand here (write one of `file`, `store`)'],
  ])('is an error: %s', (text, place, written, complaint) => {
    const [finding, ...others] = findingsIn(text);
    expect(finding).toMatch(new RegExp(`^${place} config-invalid-value "+${RegExp.escape(written)}"+: `));
    expect(finding?.endsWith(`: \`${written}\` ${complaint}`)).toBe(true);
    expect(others).toEqual([]);
  });

  it('is called by its form where it has no text of its own', () => {
    expect(findingsIn('server: []\nauth:\n  required:\ntime_zone: { a: b }\nproviders: 3\nkeys: 4')).toEqual([
      '1:9 config-invalid-value "[]": a list is not a map (write it as `{ key: value, … }`)',
      '3:3 config-invalid-value "required": an empty value is neither `true` nor `false` (write one of them)',
      '4:12 config-invalid-value "{ a: b }": a map is not a time zone (write the name of one, like `Europe/Paris`)',
      '5:12 config-invalid-value "3": `3` is not a map',
      '6:7 config-invalid-value "4": `4` is not a list',
    ]);
  });
});

describe('stores and ledgers', () => {
  it.each([
    'store: memory',
    'store: sqlite:a.db',
    'ledger: off',
    'ledger: "off"',
    'ledger: jsonl:logs',
    'ledger: sqlite:b.db',
  ])('are accepted: %s', (text) => {
    expect(findingsIn(text)).toEqual([]);
  });

  it.each([
    ['store: rediss://localhost', { url: 'rediss://localhost', token: '', onUnavailable: 'refuse', localAllowance: 0 }],
    ['store: { url: upstash:https://x.upstash.io, token: t }', { url: 'upstash:https://x.upstash.io', token: 't' }],
    [
      'store: { url: redis://localhost, on_unavailable: allow, local_allowance: $1 }',
      { url: 'redis://localhost', onUnavailable: 'allow', localAllowance: 1_000_000_000 },
    ],
  ])('are read with what holds while they are away: %s', (text, store) => {
    expect(configOf(text).store).toMatchObject(store);
  });

  it('are files beside the config where nothing is said, and an answer without a bound is reckoned with 1,024 tokens', () => {
    const { store, estimates } = configOf('');
    expect(store).toMatchObject({ url: 'sqlite:.llmpolicy/gateway.db', onUnavailable: 'refuse' });
    expect(estimates.outputTokens).toBe(1024);
    expect(configOf('estimates: { output_tokens: 2k }').estimates.outputTokens).toBe(2000);
  });

  it('of Upstash need a token', () => {
    expect(findingsIn('store: upstash:https://x.upstash.io')).toEqual([
      '1:1 config-missing-key "store": `token` is missing (write it as `{ url: "upstash:https://…", token: … }`, with the token in a variable)',
    ]);
  });

  it('count in the currency of the config', () => {
    expect(findingsIn('store: { url: redis://localhost, local_allowance: eur 1 }')).toEqual([
      '1:51 config-invalid-value "eur 1": the allowance is in another currency (amounts of this config are in USD)',
    ]);
  });

  it('are checked in their long form also', () => {
    expect(findingsIn('store: { url: nowhere, on_unavailable: panic, local_allowance: 1 }')).toHaveLength(3);
  });
});

describe('several policies', () => {
  const several = (policies: string, more = '') => findings(`version: 1\npolicies:\n${policies}\n${more}`);

  it('are chosen by attributes of the key, the last without any', () => {
    const entries = '[ { for: { caller.app: support, caller.debug: true }, use: a }, { use: b } ]';
    const { value } = readConfig(createSource('gateway.config.yaml', `version: 1\npolicies: ${entries}\n`), {});
    expect(value?.policies.map(({ key, path, for: wanted }) => [key, path, [...wanted]])).toEqual([
      [
        'caller.app=support caller.debug=true',
        'a',
        [
          ['caller.app', 'support'],
          ['caller.debug', true],
        ],
      ],
      ['otherwise', 'b', []],
    ]);
  });

  it('do not stand beside one', () => {
    expect(findings('version: 1\npolicy: a\npolicies: [ { use: a } ]\n')).toEqual([
      '3:1 config-duplicate "policies": `policies` stands beside `policy` (write `policies: [ … , { use: FILE } ]`)',
    ]);
  });

  it('are at least one', () => {
    expect(findings('version: 1\npolicies: []\n')).toEqual([
      '2:1 config-missing-key "policies": there are no policies (write `policies: [ { use: FILE } ]`)',
    ]);
  });

  it('leave no request without one, and none of them without a request', () => {
    expect(several('  - { use: a }\n  - { for: { caller.app: x }, use: b }')).toEqual([
      '3:5 config-invalid-value "{ use: a }": a policy without `for` takes every request: those after it would never be asked (write `for: { caller.app: … }`, or move it to the end)',
      '4:7 config-invalid-value "for": the last policy takes every request that the others leave (leave `for` out, or add `- { use: FILE }` after it)',
    ]);
  });

  it('are for different keys', () => {
    const one = '  - { for: { caller.app: x }, use: a }';
    expect(several(`${one}\n${one}\n  - { use: c }`)).toEqual([
      '4:5 config-duplicate "{ for: { caller.app: x }, use: a }": this policy is for the keys of another one, which is taken first (take one of them out)',
    ]);
  });

  it('are not chosen by what a request claims, nor by what no key has', () => {
    const [claimed, unknown] = several('  - { for: { request.user: x, caller.ap: y }, use: a }\n  - { use: c }');
    expect(claimed).toContain('3:14 config-unknown-name "request.user": `request.user` is no attribute of keys');
    expect(unknown).toContain('did you mean `caller.app`?');
  });

  it('compare with values of the attribute’s type', () => {
    const [wrong] = several('  - { for: { caller.debug: 5 }, use: a }\n  - { use: c }');
    expect(wrong).toContain('"5": `5` is neither `true` nor `false`');
  });
});

describe('a gateway that asks for no key', () => {
  it.each(['localhost', '127.0.0.1', '127.1.2.3', '"::1"', '"[::1]"'])('may listen on %s', (host) => {
    expect(configOf(`auth: { required: false }\nserver: { host: ${host} }`).auth.required).toBe(false);
  });

  it.each(['0.0.0.0', '"::"', '192.168.0.1', '127.0.0.1.example.com', 'example.com'])(
    'may not listen on %s',
    (host) => {
      const [finding, ...others] = findingsIn(`auth: { required: false }\nserver: { host: ${host} }`);
      expect(finding).toBe(
        `2:17 config-open-to-the-network "${host}": without keys the gateway may only listen on this machine (write \`auth: { required: true }\`, or \`host: 127.0.0.1\`)`,
      );
      expect(others).toEqual([]);
    },
  );

  it('is the exception: with keys it may listen anywhere', () => {
    expect(configOf('server: { host: 0.0.0.0, port: 0 }').server).toMatchObject({ host: '0.0.0.0', port: 0 });
  });
});
