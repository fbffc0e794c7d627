import { describe, expect, it } from 'vitest';
import { findingsIn } from './findings.ts';

const [first, second] = ['a'.repeat(64), 'b'.repeat(64)];

describe('a key', () => {
  it('has a name and a hash', () => {
    expect(findingsIn(`keys:\n  - { team: a }\n  - { name: b, hash: "${first}" }`)).toEqual([
      '2:5 config-missing-key "{ team: a }": `name` is missing (add `name: …`)',
      '2:5 config-missing-key "{ team: a }": `hash` is missing (add `hash: …`)',
      `3:22 config-invalid-value ""${first}"": \`${first}\` is not the hash of a key (write \`sha256:\` and 64 hexadecimal digits; \`llmpolicy keys create\` prints it)`,
    ]);
  });

  it('shares neither with another', () => {
    const text = `keys:\n  - { name: a, hash: "sha256:${first}" }\n  - { name: a, hash: "sha256:${second}" }\n  - { name: b, hash: "sha256:${second.toUpperCase()}" }`;
    expect(findingsIn(text)).toEqual([
      '3:13 config-duplicate "a": `a` is the name of two keys (give each key a name of its own)',
      expect.stringMatching(/^4:22 config-duplicate .* is the hash of two keys \(give each key a hash of its own\)$/),
    ]);
  });

  it('is not called as requests without one', () => {
    expect(findingsIn(`keys: [ { name: anonymous, hash: "sha256:${first}" } ]`)).toEqual([
      '1:17 config-invalid-value "anonymous": a key cannot be called `anonymous` (call it something else: that is the name of requests without a key)',
    ]);
  });

  it('has the fields that are declared, of their types', () => {
    const attributes =
      'attributes: { caller.tier: { type: enum, values: [free, gold], default: free }, caller.plan: { type: string, required: true } }';
    const entry = `{ name: a, hash: "sha256:${first}", tier: glod, tem: b, key: c }`;
    expect(findingsIn(`${attributes}\nkeys:\n  - ${entry}`)).toEqual([
      `3:5 config-missing-key "${entry}": \`plan\` is missing (\`caller.plan\` is declared required in gateway.config.yaml:1)`,
      '3:103 config-invalid-value "glod": `glod` is none of its values (did you mean `gold`?)',
      '3:109 config-unknown-key "tem": `tem` is no field of a key (did you mean `team`?)',
      expect.stringMatching(/^3:117 config-unknown-key "key": `key` is no field of a key/),
    ]);
  });
});

describe('guards and channels', () => {
  it('are checked as far as the config knows them', () => {
    expect(findingsIn('guards: { a: { kind: pi }, b: {}, c: { kind: regex, patterns: { x: x } } }')).toEqual([
      '1:22 config-unknown-name "pi": `pi` is no kind of guard (did you mean `pii`?)',
      '1:28 config-missing-key "b": `kind` is missing (add `kind: …`)',
    ]);
    expect(findingsIn('notify: { a: { webhok: "" }, b: { webhook: nowhere } }')).toEqual([
      '1:11 config-missing-key "a": `webhook` is missing (add `webhook: …`)',
      '1:16 config-unknown-key "webhok": `webhok` is not known here (did you mean `webhook`?)',
      '1:44 config-invalid-value "nowhere": `nowhere` is not an address (write a URL that begins with `https://` or `http://`)',
    ]);
  });
});
