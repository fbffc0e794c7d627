import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

const files = readdirSync('src', { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.ts'))
  .map((file) => ({ file, text: readFileSync(`src/${file}`, 'utf8').replace(/^\s*(?:\/\/|\*|\/\*).*$/gm, '') }));

const matching = (pattern: RegExp) =>
  files
    .filter(({ text }) => pattern.test(text))
    .map(({ file }) => file)
    .sort();

/** What opens a connection, or lets something else open one. */
const opens =
  /^import (?!type\b)(?!\{ type \w+ \} from).* from '(?:undici|node:(?:http|https|http2|net|tls|dgram)|redis|@upstash\/redis|google-auth-library|@aws-sdk\/[\w-]+)'|(?<![\w.])fetch\(|import\('(?:redis|@upstash\/redis|google-auth-library|@aws-sdk\/[\w-]+)'\)/m;

describe('whoever can call somebody', () => {
  it('is on this list, with what it sends', () => {
    expect(matching(opens)).toEqual([
      // The administrator's own commands, to the gateway.
      'cli/admin-door.ts',
      // Reads certificates: it calls nobody.
      'cli/tls-files.ts',
      // What guards ask services about: content.
      'gateway/post-content.ts',
      // Notices of budgets: no content.
      'gateway/post-notice.ts',
      // Knows the form of an address.
      'guards/pii/ip-addresses.ts',
      // The door: it listens.
      'http/server.ts',
      // Knows what a request is.
      'http/unreadable-request.ts',
      // Models: content. And the identity of the machine, with which they are called.
      'providers/translated/mending-fetch.ts',
      'providers/upstream/cloud-identity.ts',
      'providers/upstream/upstream.ts',
      // Counters and sums.
      'stores/redis/store.ts',
      'stores/upstash/store.ts',
    ]);
  });

  it.each([
    [
      'a model is called',
      /\.attempt\(attempt, signal\)|provider\.attempt\(/,
      ['gateway/call-aside.ts', 'gateway/execute-plan.ts'],
    ],
    ['a model counts', /\.countTokens\?\.\(/, ['gateway/count-tokens.ts']],
    ['a service of a guard is asked', /contentPost\.post\(/, ['gateway/open-guards.ts']],
  ])('sends content only through the one way out: %s', (_what, call, places) => {
    expect(matching(call)).toEqual(places);
    for (const { text } of files.filter(({ file }) => places.includes(file))) expect(text).toContain('sendContent(');
  });
});
