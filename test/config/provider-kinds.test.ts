// biome-ignore-all lint/suspicious/noTemplateCurlyInString: that is how a config writes its variables
import { describe, expect, it } from 'vitest';
import { kindFacts, providerKinds } from '../../src/config/provider-kinds.ts';
import { configOf, findingsIn } from './findings.ts';

function providerOf(entry: string) {
  const provider = configOf(`providers: { p: ${entry} }`).providers.get('p');
  if (provider === undefined) throw new Error('no provider');
  return provider;
}

function findings(entry: string) {
  return findingsIn(`providers:\n  p: ${entry}`);
}

describe('the kinds of providers', () => {
  it('are those of the contract', () => {
    expect([...providerKinds].sort()).toEqual(
      (
        'amazon-bedrock anthropic azure cerebras cohere deepseek fireworks google google-vertex groq mistral nvidia ' +
        'ollama openai openai-compatible openrouter perplexity sandbox together vllm xai'
      ).split(' '),
    );
  });

  it.each(providerKinds)('have an address that is safe to put a path behind: %s', (kind) => {
    const { baseUrl, surfaces } = kindFacts(kind);
    if (baseUrl !== null) expect(baseUrl).toMatch(/^https:\/\/[a-z.]+(\/[a-z0-9]+)*$|^http:\/\/localhost:11434\/v1$/);
    for (const path of Object.values(surfaces)) expect(path).toMatch(/^(\/[a-z0-9_]+)+$/);
  });

  it.each(providerKinds.filter((kind) => kindFacts(kind).baseUrl !== null))(
    'that have an address need a key there, or nothing at all: %s',
    (kind) => {
      const { needsKey } = kindFacts(kind);
      const missing = [
        '2:3 config-missing-key "p": `api_key` is missing (write `api_key: "${NAME}"` and set that variable)',
      ];
      expect(findings(`{ kind: ${kind} }`)).toEqual(needsKey ? missing : []);
      expect(findings(`{ kind: ${kind}, api_key: k }`)).toEqual([]);
      expect(findings(`{ kind: ${kind}, base_url: "http://127.0.0.1:1" }`)).toEqual([]);
    },
  );

  it('may have a key that is not set yet', () => {
    expect(findings('{ kind: openai, api_key: "${NOT_SET:-}" }')).toEqual([]);
  });
});

describe('the address of an Azure provider', () => {
  it.each([
    ['resource_name: acme', 'https://acme.openai.azure.com/openai/v1'],
    ['base_url: "https://acme.openai.azure.com"', 'https://acme.openai.azure.com/openai/v1'],
    ['base_url: "https://acme.openai.azure.com/openai/"', 'https://acme.openai.azure.com/openai/v1'],
    ['base_url: "https://acme.openai.azure.com/openai/v1"', 'https://acme.openai.azure.com/openai/v1'],
    ['base_url: "https://proxy.example/azure"', 'https://proxy.example/azure'],
  ])('is that of the v1 API: %s', (written, address) => {
    expect(providerOf(`{ kind: azure, api_key: k, ${written} }`).baseUrl).toBe(address);
  });

  it('may name a version, which is not a date', () => {
    const written = '{ kind: azure, api_key: k, resource_name: acme, api_version:';
    expect(providerOf(`${written} preview }`).query).toBe('?api-version=preview');
    expect(findings(`${written} 2024-10-21 }`)).toEqual([
      '2:67 config-invalid-value "2024-10-21": `2024-10-21` cannot stand here (write one of `v1`, `preview`)',
    ]);
  });

  it('must be said', () => {
    expect(findings('{ kind: azure, api_key: k }')).toEqual([
      '2:3 config-missing-key "p": `resource_name` is missing (write `resource_name: NAME`, or `base_url: "https://NAME.openai.azure.com"`)',
    ]);
  });

  it('cannot be led elsewhere by the name of a resource', () => {
    expect(findings('{ kind: azure, api_key: k, resource_name: "evil.example/#" }')).toEqual([
      '2:48 config-invalid-value ""evil.example/#"": `evil.example/#` is not a name of letters, digits and `-` (write it as the cloud shows it)',
    ]);
  });
});

describe('the address of an Amazon Bedrock provider', () => {
  it.each([
    ['eu-central-1', 'https://bedrock-runtime.eu-central-1.amazonaws.com'],
    ['cn-north-1', 'https://bedrock-runtime.cn-north-1.amazonaws.com.cn'],
    ['eusc-de-east-1', 'https://bedrock-runtime.eusc-de-east-1.amazonaws.eu'],
  ])('is that of its region: %s', (region, address) => {
    expect(providerOf(`{ kind: amazon-bedrock, api_key: k, aws_region: ${region} }`)).toMatchObject({
      baseUrl: address,
      identity: null,
    });
  });

  it('goes with the identity of the machine', () => {
    const provider = providerOf(
      '{ kind: amazon-bedrock, credentials: default-chain, aws_region: eu-west-1, region: eu }',
    );
    expect(provider).toMatchObject({ identity: { cloud: 'aws', region: 'eu-west-1' }, apiKeys: [], region: 'eu' });
  });

  it('must be said', () => {
    const missing = '`aws_region` is missing';
    expect(findings('{ kind: amazon-bedrock, api_key: k }')).toEqual([
      `2:3 config-missing-key "p": ${missing} (write \`aws_region: eu-central-1\`)`,
    ]);
    const behindProxy = '{ kind: amazon-bedrock, credentials: default-chain, base_url: "http://a" }';
    expect(findings(behindProxy)).toEqual([
      `2:3 config-missing-key "p": ${missing} (signatures hold for one region: write \`aws_region: eu-central-1\`)`,
    ]);
  });
});

describe('the address of a Vertex provider', () => {
  const project = 'google_project: acme-1, credentials: default-chain';
  const path = (location: string) => `/v1beta1/projects/acme-1/locations/${location}/publishers/google`;

  it.each([
    ['europe-west4', `https://europe-west4-aiplatform.googleapis.com${path('europe-west4')}`],
    ['global', `https://aiplatform.googleapis.com${path('global')}`],
    ['eu', `https://aiplatform.eu.rep.googleapis.com${path('eu')}`],
  ])('is that of its project and location: %s', (location, address) => {
    expect(providerOf(`{ kind: google-vertex, ${project}, google_location: ${location} }`)).toMatchObject({
      baseUrl: address,
      identity: { cloud: 'google' },
    });
  });

  it('is one for all where a key says whose it is', () => {
    const provider = providerOf('{ kind: google-vertex, api_key: k }');
    expect(provider.baseUrl).toBe('https://aiplatform.googleapis.com/v1/publishers/google');
  });

  it('must be said', () => {
    const written = '{ kind: google-vertex, credentials: default-chain';
    expect(findings(`${written} }`)).toEqual([
      '2:3 config-missing-key "p": `google_project` is missing (write `google_project: my-project-id`)',
    ]);
    expect(findings(`${written}, google_project: a }`)).toEqual([
      '2:3 config-missing-key "p": `google_location` is missing (write `google_location: europe-west4`)',
    ]);
  });
});

describe('the identity of a cloud', () => {
  it('takes the place of keys', () => {
    const region = 'aws_region: eu-west-1';
    expect(findings(`{ kind: amazon-bedrock, ${region} }`)).toEqual([
      '2:3 config-missing-key "p": `api_key` is missing (write `api_key: "${NAME}"` and set that variable, or `credentials: default-chain`)',
    ]);
    expect(findings(`{ kind: amazon-bedrock, ${region}, api_key: k, credentials: default-chain }`)).toEqual([
      '2:65 config-invalid-value "credentials": `credentials` and a key exclude each other (keep one of them)',
    ]);
  });

  it('is that of a cloud, and one of those that are known', () => {
    expect(findings('{ kind: openai, credentials: default-chain }')).toEqual([
      '2:22 config-invalid-value "credentials": `credentials` means nothing to a provider of kind `openai` (leave it out: it belongs to `amazon-bedrock`, `google-vertex`)',
    ]);
    expect(findings('{ kind: google-vertex, credentials: my-key.json }')[0]).toContain(
      '`my-key.json` cannot stand here (write one of `default-chain`)',
    );
  });
});

describe('the surfaces that a provider takes', () => {
  it('are those of its kind, unless the config says otherwise', () => {
    expect(providerOf('{ kind: groq, api_key: k }').surfaces).toEqual({
      chat: '/chat/completions',
      responses: '/responses',
    });
    const server = providerOf('{ kind: openai-compatible, base_url: "http://a/v1", surfaces: [chat, messages] }');
    expect(server.surfaces).toEqual({ chat: '/chat/completions', messages: '/messages' });
  });

  it('cannot be said of an API that is not OpenAI’s', () => {
    expect(findings('{ kind: anthropic, api_key: k, surfaces: [chat] }')).toEqual([
      '2:37 config-invalid-value "surfaces": what a provider of kind `anthropic` takes is known (leave `surfaces` out)',
    ]);
  });
});

describe('the headers of a provider', () => {
  it('are held by lower-case name, empty ones left out', () => {
    const { headers } = providerOf('{ kind: ollama, headers: { X-Team: a, x-none: "${NOT_SET:-}" } }');
    expect(headers).toEqual({ 'x-team': 'a' });
  });

  it('are not those of the call itself, and no two of one name', () => {
    expect(findings('{ kind: ollama, headers: { Host: a, "x y": b, x-a: c, X-A: d } }')).toEqual([
      '2:33 config-invalid-value "Host": `Host` cannot be set here (name another header: those of the call itself are the gateway’s)',
      '2:42 config-invalid-value ""x y"": `x y` cannot be set here (name another header: those of the call itself are the gateway’s)',
      '2:60 config-duplicate "X-A": `x-a` is written twice (keep one of them)',
    ]);
  });
});

describe('a proxy', () => {
  it('is an address, and may be left to a variable', () => {
    expect(providerOf('{ kind: ollama, proxy: "http://user:pass@proxy:3128" }').proxy).toBe(
      'http://user:pass@proxy:3128',
    );
    expect(providerOf('{ kind: ollama, proxy: "${NOT_SET:-}" }').proxy).toBeNull();
    expect(findings('{ kind: ollama, proxy: proxy }')[0]).toContain('`proxy` is not an address');
  });
});

describe('a secret', () => {
  const keysOf = (written: string) => providerOf(`{ kind: openai, api_keys: ${written} }`).apiKeys;

  it.each([
    ['[ plain ]', ['plain']],
    ['[ "file:keys/openai.txt" ]', [{ file: 'keys/openai.txt' }]],
    ['[ "exec:vault read -field key" ]', [{ command: ['vault', 'read', '-field', 'key'] }]],
    ['[ { exec: [ sh, "-c", "echo a b" ] } ]', [{ command: ['sh', '-c', 'echo a b'] }]],
  ])('is a text, a file or a command: %s', (written, keys) => {
    expect(keysOf(written)).toEqual(keys);
  });

  it('is what a variable holds, whatever that looks like', () => {
    const config = configOf('providers: { p: { kind: openai, api_keys: ["${A}", "${B}"] } }', {
      A: 'exec:rm -rf /',
      B: 'file:/etc/passwd',
    });
    expect(config.providers.get('p')?.apiKeys).toEqual(['exec:rm -rf /', 'file:/etc/passwd']);
  });

  it('is no command for a shell', () => {
    const help = '(write it as a map: `{ exec: [ command, "argument" ] }`)';
    for (const command of ['exec:a | b', 'exec:echo $HOME', "exec:a 'b c'"]) {
      expect(findings(`{ kind: openai, api_key: "${command}" }`)[0]).toContain(`no shell reads this command ${help}`);
    }
  });

  it.each([
    ['"file:"', '`file:` names nothing (write `file:PATH`)'],
    ['"exec: "', '`exec:` names nothing (write `exec:COMMAND ARGUMENT…`)'],
    ['5', '`5` is not text (write it in quotes)'],
    ['{ exec: [] }', 'a command is a list of texts, its program first'],
    ['{ exec: [ a, 5 ] }', 'a command is a list of texts, its program first'],
    ['{ run: [ a ] }', 'a map is no secret (write its text, `file:PATH` or `exec:COMMAND`)'],
  ])('is nothing else: %s', (written, message) => {
    expect(findings(`{ kind: openai, api_key: ${written} }`)[0]).toContain(message);
  });
});
