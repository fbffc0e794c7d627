import { describe, expect, it } from 'vitest';
import { configOf, findingsIn } from './findings.ts';

function providerFindings(entry: string) {
  return findingsIn(`providers:\n  p: ${entry}`);
}

describe('the kind of a provider', () => {
  it('is suggested where it is misspelt', () => {
    expect(providerFindings('{ kind: opnai }')).toEqual([
      '2:14 config-unknown-name "opnai": `opnai` is no kind of provider (did you mean `openai`?)',
    ]);
  });

  it('is one of those that there are', () => {
    const [finding] = providerFindings('{ kind: wonderful }');
    expect(finding).toMatch(
      /`wonderful` is no kind of provider \(write one of `sandbox`, `openai`, `azure`, .*`vllm`, /,
    );
  });

  it('is compulsory', () => {
    expect(providerFindings('{ region: eu }')).toEqual([
      '2:3 config-missing-key "p": `kind` is missing (add `kind: …`)',
    ]);
  });
});

describe('the address of a provider', () => {
  it.each([
    ['https://api.example.com/v1/', 'https://api.example.com/v1'],
    ['http://localhost:8000', 'http://localhost:8000'],
    ['http://[::1]:8000//', 'http://[::1]:8000'],
  ])('loses the slashes at its end: %s', (written, held) => {
    const { providers } = configOf(`providers: { p: { kind: openai-compatible, base_url: "${written}" } }`);
    expect(providers.get('p')?.baseUrl).toBe(held);
  });

  it.each(['example.com/v1', 'ftp://example.com', 'https://', 'https:///v1', 'https://a b', 'https://a/v1?x=1', ''])(
    'must be that of a web service: %j',
    (written) => {
      const [finding, ...others] = providerFindings(`{ kind: openai, base_url: "${written}" }`);
      expect(finding).toContain(`2:32 config-invalid-value ""${written}"": `);
      expect(finding).toContain('is not an address (write a URL that begins with `https://` or `http://`)');
      expect(others).toEqual([]);
    },
  );

  it('is compulsory where the kind has none of its own', () => {
    expect(providerFindings('{ kind: openai-compatible }')).toEqual([
      '2:3 config-missing-key "p": `base_url` is missing (a provider of kind `openai-compatible` has no address of its own: write `base_url: "https://…/v1"`)',
    ]);
  });
});

describe('the other fields of a provider', () => {
  it('exclude each other where they say the same', () => {
    expect(providerFindings('{ kind: openai, api_key: a, api_keys: [b] }')).toEqual([
      '2:34 config-invalid-value "api_keys": `api_key` and `api_keys` exclude each other (put every key in `api_keys`)',
    ]);
  });

  it('are reported together, each where it stands', () => {
    expect(providerFindings('{ kind: openai, regoin: eu, timeout: 0s, api_keys: [a, 5] }')).toEqual([
      '2:22 config-unknown-key "regoin": `regoin` is not known here (did you mean `region`?)',
      '2:43 config-invalid-value "0s": `0s` is not a duration (write it like `30s`)',
      '2:61 config-invalid-value "5": `5` is not text (write it in quotes)',
    ]);
  });

  it('do not hide what is wrong with other providers', () => {
    expect(findingsIn('providers:\n  a: 7\n  b: { kind: 7 }\n  c d: { kind: sandbox }')).toEqual([
      '2:6 config-invalid-value "7": `7` is not a map (write it as `{ key: value, … }`)',
      '3:14 config-invalid-value "7": `7` is not a word (write text without back-quotes, in quotes if it looks like a number or a truth value)',
      '4:3 config-invalid-value "c d": `c d` cannot be the name of a provider (write letters, digits and `_`, parts joined by `-`)',
    ]);
  });
});
