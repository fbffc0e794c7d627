import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { readConfig } from '../../src/config/read-config.ts';
import { createSource } from '../../src/diagnostics/source.ts';
import { configOf, findings } from './findings.ts';

const hash = 'ab'.repeat(32);

/** Every key that the contract names, with the kinds of this version. */
const everything = `
version: 1
server: { host: 127.0.0.1, port: 8080, max_body: 2MB }
policy: policies/starter.llmpolicy     # relative to this file
policy_source: file
time_zone: Europe/Paris
currency: USD
store: sqlite:.llmpolicy/gateway.db
ledger: sqlite:.llmpolicy/ledger.db
auth: { required: false, admin_token: "\${LLMPOLICY_ADMIN_TOKEN:-}" }
providers:
  sandbox: { kind: sandbox, region: eu }
  openai:  { kind: openai, api_key: "\${OPENAI_API_KEY:-}", region: us, timeout: 90s }
  local:   { kind: openai-compatible, base_url: "http://localhost:11434/v1/", api_keys: ["\${A1}", "\${A2:-}"] }
models:
  gpt-mini: { provider: openai, upstream: gpt-4.1-mini, answers_to: [gpt-4.1-mini] }
  echo:     { provider: sandbox, upstream: echo, price_in: $0, price_out: $0, context_window: 128k, tier: slow }
attributes:
  request.data_region: { type: enum, values: [eu, us, any], default: any, from: [ "header X-Data-Region", "metadata data_region" ] }
  request.deadline:    { type: duration, optional: true, from: [ "header x-deadline" ] }
  request.difficulty:  { type: decimal, optional: true, from: [ "metadata difficulty" ], sensitive: true }
  caller.tier:         { type: enum, values: [free, gold, internal], default: free }
  caller.cost_center:  { type: string, optional: true }
  caller.budget:       { type: money, required: true }
  caller.models:       { type: set, default: [] }
  model.tier:          { type: enum, values: [slow, fast], default: fast }
notify:
  llm-spend: { webhook: "\${SLACK_WEBHOOK:-}" }
guards:
  pii:   { kind: pii }
  words: { kind: keywords, words: [ "project-x" ] }
  judge: { kind: judge, region: ap, model: echo, question: "Is it rude?", on_error: pass, restore: true, timeout: 2s }
keys:
  - { name: local-dev, hash: "sha256:${hash}", team: a, tier: gold, budget: $5, models: [b, a] }
`;

const read = readConfig(createSource('gateway.config.yaml', everything), { A1: 'first-key' });

describe('a config with every key', () => {
  it('has no findings', () => {
    expect(findings(everything, { A1: 'first-key' })).toEqual([]);
  });

  it('gives the server, the policy and the admin token', () => {
    expect(read.value?.server).toMatchObject({ host: '127.0.0.1', port: 8080, maxBodyBytes: 2_000_000 });
    expect(read.value?.policies.map(({ path }) => path)).toEqual(['policies/starter.llmpolicy']);
    expect(read.value?.policySource).toBe('file');
    expect(read.value?.auth).toEqual({ required: false, adminToken: null });
  });

  it('gives providers with their addresses, keys and time limits', () => {
    const plain = { query: '', identity: null, headers: {}, proxy: null, idleTimeoutMs: 120_000 };
    const circuit = {
      failures: 5,
      errorRate: 5000,
      calls: 20,
      windowMs: 30_000,
      restMs: 5000,
      longestRestMs: 60_000,
    };
    const providers = [...(read.value?.providers.values() ?? [])].map(({ surfaces: _, ...provider }) => provider);
    expect(providers).toEqual([
      {
        ...plain,
        name: 'sandbox',
        kind: 'sandbox',
        baseUrl: null,
        apiKeys: [],
        region: 'eu',
        timeoutMs: 600_000,
        circuit: null,
      },
      {
        ...plain,
        name: 'openai',
        kind: 'openai',
        baseUrl: 'https://api.openai.com/v1',
        apiKeys: [],
        region: 'us',
        timeoutMs: 90_000,
        circuit,
      },
      {
        ...plain,
        name: 'local',
        kind: 'openai-compatible',
        baseUrl: 'http://localhost:11434/v1',
        apiKeys: ['first-key'],
        region: null,
        timeoutMs: 600_000,
        circuit,
      },
    ]);
  });

  it('gives where each request attribute is read from', () => {
    expect(read.value?.sources.get('request.data_region')).toEqual([
      { kind: 'header', name: 'x-data-region' },
      { kind: 'metadata', field: 'data_region' },
    ]);
    expect([...(read.value?.sources.keys() ?? [])]).toEqual([
      'request.data_region',
      'request.deadline',
      'request.difficulty',
    ]);
  });

  it('gives keys with their facts', () => {
    expect(read.value?.keys).toEqual([
      {
        name: 'local-dev',
        sha256: hash,
        facts: new Map<string, unknown>([
          ['caller.key', 'local-dev'],
          ['caller.team', 'a'],
          ['caller.tier', 'gold'],
          ['caller.budget', 5_000_000_000],
          ['caller.models', ['a', 'b']],
        ]),
      },
    ]);
  });

  it('gives the environment that policies are checked against', () => {
    const environment = read.value?.environment;
    expect(environment?.currency).toBe('USD');
    expect(environment?.timeZone).toBe('Europe/Paris');
    expect(environment?.guards).toEqual(
      new Map([
        ['pii', { kind: 'pii' }],
        ['words', { kind: 'keywords' }],
        ['judge', { kind: 'judge', judge: 'echo' }],
      ]),
    );
    expect(environment?.channels).toEqual(new Set(['llm-spend']));
    expect(environment?.attributes.get('model.region')?.type).toEqual({
      kind: 'enum',
      name: 'model.region',
      values: ['eu', 'us', 'ap'],
    });
    expect(environment?.attributes.get('request.difficulty')).toEqual({
      key: 'request.difficulty',
      type: { kind: 'decimal' },
      presence: { kind: 'optional' },
      declaredAt: 'gateway.config.yaml:21',
      sensitive: true,
    });
  });
});

describe('the config of the repository', () => {
  it('is right without any variable', () => {
    const text = readFileSync(new URL('../../gateway.config.yaml', import.meta.url), 'utf8');
    expect(findings(text)).toEqual([]);
  });
});

describe('the smallest config', () => {
  it('asks for keys and listens on this machine', () => {
    const config = configOf('');
    expect(config.server).toMatchObject({ host: '127.0.0.1', port: 8080, maxBodyBytes: 10_000_000 });
    expect(config.auth).toEqual({ required: true, adminToken: null });
    expect(config.environment).toMatchObject({ currency: 'USD', timeZone: 'UTC', models: [] });
  });

  it('may name sections and leave them empty', () => {
    expect(findings('version: 1\npolicy: a\nkeys:\nmodels:\nproviders:\nnotify:\nguards:\nattributes:\n')).toEqual([]);
  });
});
