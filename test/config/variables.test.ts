// biome-ignore-all lint/suspicious/noTemplateCurlyInString: that is how a config writes its variables
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { configOf, findingsIn } from './findings.ts';

function apiKeys(written: string, variables: Readonly<Record<string, string | undefined>>) {
  const text = `providers:\n  p:\n    kind: openai\n    api_key: ${written}`;
  return configOf(text, variables).providers.get('p')?.apiKeys;
}

describe('a variable', () => {
  it('is filled in wherever it stands in a text', () => {
    expect(apiKeys('"sk-${A}-${B}"', { A: '1', B: '2' })).toEqual(['sk-1-2']);
    expect(apiKeys('${A}', { A: 'bare' })).toEqual(['bare']);
  });

  it('has its default where it is unset or empty', () => {
    expect(apiKeys('"${A:-none}"', {})).toEqual(['none']);
    expect(apiKeys('"${A:-none}"', { A: '' })).toEqual(['none']);
    expect(apiKeys('"${A:-none}"', { A: 'set' })).toEqual(['set']);
  });

  it('may be empty, and then the provider has no key', () => {
    expect(apiKeys('"${A:-}"', {})).toEqual([]);
    expect(apiKeys('"${A}"', { A: '' })).toEqual([]);
  });

  it('is not filled in again from what it holds', () => {
    expect(apiKeys('"${A}"', { A: '${B} $& $1' })).toEqual(['${B} $& $1']);
  });

  it('can hold a number or a flag', () => {
    const variables = { PORT: '9000', OPEN: 'false', WINDOW: '128k' };
    const config = configOf(
      `server: { port: "\${PORT}" }
auth: { required: "\${OPEN}" }
providers: { p: { kind: sandbox } }
models: { m: { provider: p, context_window: "\${WINDOW}" } }`,
      variables,
    );
    expect(config.server.port).toBe(9000);
    expect(config.auth.required).toBe(false);
    expect(config.environment.models[0]?.attributes.get('context_window')).toBe(128_000);
  });

  it('leaves amounts of money alone', () => {
    const { environment } = configOf(
      'providers: { p: { kind: sandbox } }\nmodels: { m: { provider: p, price_in: $1 } }',
    );
    expect(environment.models[0]?.attributes.get('price_in')).toBe(1_000_000_000);
  });
});

describe('a variable that is not set', () => {
  it('is an error at its place, and the only one there', () => {
    expect(findingsIn('server: { host: "${HOST}", port: "${PORT}" }')).toEqual([
      '1:18 config-unset-variable "${HOST}": the environment variable `HOST` is not set (set it, or give a default: `${HOST:-default}`)',
      '1:35 config-unset-variable "${PORT}": the environment variable `PORT` is not set (set it, or give a default: `${PORT:-default}`)',
    ]);
  });

  it('is the only error in a list too', () => {
    expect(findingsIn('attributes: { caller.x: { type: set, default: [ a, "${X}" ] } }')).toHaveLength(1);
  });

  it('is not found among the properties that every object has', () => {
    expect(findingsIn('server: { host: "${constructor}" }')).toHaveLength(1);
  });
});

describe('a bare variable between brackets, where YAML sees a map', () => {
  it('is one error that says to quote it', () => {
    expect(findingsIn('server: { host: ${HOST} }\ntime_zone: UTC', { HOST: 'a' })).toEqual([
      '1:17 config-syntax "${HOST}": between brackets a variable stands in quotes (write `"${HOST}"`)',
    ]);
  });
});

describe('a text that only looks like a variable', () => {
  it.each(['${}', '${a b}', '${A', '${A-b}', '${1}'])('is an error: %s', (text) => {
    expect(findingsIn(`server: { host: "x ${text}" }`)).toEqual([
      `1:20 config-syntax "${text}": \`${text}\` names no variable (write \`\${NAME}\`, or \`\${NAME:-default}\` where it may be unset)`,
    ]);
  });
});

describe('the value of a variable', () => {
  const everywhere = `
server: { host: "\${S}", port: "\${S}", max_body: "\${S}" }
time_zone: "\${S}"
currency: "\${S}"
store: "\${S}"
ledger: "\${S}"
auth: { required: "\${S}" }
providers: { p: { kind: "\${S}", base_url: "\${S}", timeout: "\${S}", region: "\${S}" }, q: { kind: sandbox } }
models:
  m: { provider: "\${S}", price_in: "\${S}" }
  n: { provider: q, vision: "\${S}", region: "\${S}" }
  o: { provider: q, region: 5 }
attributes:
  request.a: { type: "\${S}", optional: true, from: [ "\${S}" ] }
  request.b: { type: enum, values: [ "\${S}", x ], default: y, from: [ "header x" ] }
  model.c: { type: duration, default: "\${S}" }
notify: { n: { webhook: "\${S}" } }
guards: { g: { kind: "\${S}" } }
keys: [ { name: "\${S}", hash: "\${S}" }, { name: a, hash: "sha256:${'a'.repeat(64)}", team: 5 } ]
`;

  it('never stands in a finding', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[A-Z0-9]{12,20}$/), (secret) => {
        const reported = findingsIn(everywhere, { S: secret });
        expect(reported.length).toBeGreaterThan(15);
        expect(reported.join('\n').toLowerCase()).not.toContain(secret.toLowerCase());
      }),
    );
  });
});
