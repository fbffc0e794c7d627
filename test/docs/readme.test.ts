import { existsSync, readFileSync, symlinkSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import packageFile from '../../package.json' with { type: 'json' };
import { compileSource } from '../../src/compile/compile-source.ts';
import { kindFacts, providerKinds } from '../../src/config/provider-kinds.ts';
import { readConfig } from '../../src/config/read-config.ts';
import { providerShape, serverShape } from '../../src/config/shapes.ts';
import { createSource } from '../../src/diagnostics/source.ts';
import { startGateway } from '../e2e/gateway-process.ts';
import { commandFile, runCommand, runMain, startProgram } from '../support/command.ts';
import { projectFolder } from '../support/project-folder.ts';

const root = resolve(import.meta.dirname, '../..');
const readFile = (name: string) => readFileSync(join(root, name), 'utf8');
const readme = readFile('README.md');
const prose = readme.replace(/^```.*?^```$/gms, '');
const address = 'http://127.0.0.1:8080';

/** What stands in the README's code blocks of a language. */
function blocks(language: string): string[] {
  return [...readme.matchAll(/^```(\S*)\n(.*?)^```$/gms)].flatMap(([, found, text = '']) =>
    found === language ? [text] : [],
  );
}

/** What stands in back-quotes in a text. */
const quoted = (text: string) => [...text.matchAll(/`([^`]+)`/g)].map(([, words = '']) => words.replaceAll('\\|', '|'));

/** The cells of the table that begins with these titles. */
function table(titles: string): string[][] {
  const lines = readme.split('\n');
  const begin = lines.indexOf(titles);
  expect(begin, titles).toBeGreaterThan(-1);
  const end = lines.indexOf('', begin);
  return lines.slice(begin + 2, end).map((line) => line.split(/(?<!\\)\|/).slice(1, -1));
}

const options = (text: string) => [...new Set(text.match(/(?<![\w-])--[a-z][a-z-]*/g))];

describe('the README’s commands', () => {
  const lines = blocks('sh')
    .flatMap((block) => block.replaceAll('\\\n', '').split('\n'))
    .map((line) => line.replace(/\s+#.*$/, '').trim())
    .filter((line) => line !== '');

  it.each(lines.filter((line) => line.startsWith('npm ')))('has the script of `%s`', (line) => {
    expect(Object.keys(packageFile.scripts)).toContain(line.split(' ')[1]);
  });

  it.each(lines.filter((line) => line.startsWith('npx ')))('runs `%s`', async (line) => {
    // As npx finds it, which takes it longer than most commands take.
    const found = `npx() { [ "$1" = llmpolicy ] && shift && "${process.execPath}" "${commandFile}" "$@"; }`;
    const { exitCode, err } = await startProgram('sh', ['-c', `${found}\n${line}`], { cwd: root }).ended;
    expect(exitCode, err).toBe(0);
  });

  it('finds the command by npx', async () => {
    const { out } = await startProgram('npx', ['llmpolicy', '--version'], { cwd: root }).ended;
    expect(out).toBe(`${packageFile.version}\n`);
  });

  /** The gateway of a fresh checkout: nothing is known of what other gateways have been through. */
  const serve = () => {
    const files = ['gateway.config.yaml', 'policies/starter.llmpolicy'];
    return startGateway(projectFolder(Object.fromEntries(files.map((name) => [name, readFile(name)]))));
  };

  it('runs what it sends to the gateway, and its SDK snippet', async () => {
    const gateway = await serve();
    const requests = lines.filter((line) => line.startsWith('curl '));
    expect(requests.length).toBeGreaterThan(0);
    for (const line of requests) {
      const words = `${line.replace(address, gateway.url)} --silent --show-error --fail`;
      const { exitCode, out, err } = await startProgram('sh', ['-c', words]).ended;
      expect(exitCode, err).toBe(0);
      expect(JSON.parse(out)).toMatchObject({ choices: [{ message: { content: 'Hello!' } }] });
    }
    const snippets = blocks('ts');
    expect(snippets.length).toBeGreaterThan(0);
    for (const snippet of snippets) {
      expect(snippet).toContain(address);
      const folder = projectFolder({ 'snippet.mts': snippet.replace(address, gateway.url) });
      symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'), 'junction');
      const { out, err } = await startProgram(process.execPath, [join(folder, 'snippet.mts')]).ended;
      expect({ out, err }).toEqual({ out: 'Hello!\n', err: '' });
    }
  });

  it('tells what `broken` shows', async () => {
    const [, attempts, model] = /`(x-llmpolicy-attempts: \d+)` and `(x-llmpolicy-model: \S+)`/.exec(readme) ?? [];
    const gateway = await serve();
    const response = await gateway.post({ model: 'broken', messages: [{ role: 'user', content: 'Hello!' }] });
    const headers = [...response.headers].map(([name, value]) => `${name}: ${value}`);
    expect(headers).toEqual(expect.arrayContaining([attempts, model]));
  });

  it('leaves no command out', () => {
    const known = ['npm', 'npx', 'curl'];
    expect(lines.filter((line) => !known.includes(line.split(' ')[0] ?? ''))).toEqual([]);
  });
});

describe('the README’s policies', () => {
  const config = readConfig(createSource('gateway.config.yaml', readFile('gateway.config.yaml')), {}).value;

  it('compile against the repository’s config', () => {
    expect(blocks('llmpolicy').length).toBeGreaterThan(0);
    for (const text of blocks('llmpolicy')) {
      const found = config && compileSource(createSource('README.md', text), config.environment).diagnostics;
      expect(found).toEqual([]);
    }
  });

  it('begin with the one that is served, byte for byte', () => {
    expect(blocks('llmpolicy')[0]).toBe(readFile('policies/starter.llmpolicy'));
  });

  it('have the error that `check` prints for such a mistake', async () => {
    const shown = blocks('').find((block) => block.startsWith('error['));
    const mistaken = /│ (.*eux.*)\n/.exec(shown ?? '')?.[1] ?? '';
    const right = mistaken.replace('eux', 'eu');
    const policy = readFile('policies/starter.llmpolicy');
    expect(policy).toContain(right);
    const folder = projectFolder({
      'gateway.config.yaml': readFile('gateway.config.yaml'),
      'policies/starter.llmpolicy': policy.replace(right, mistaken),
    });
    const { exitCode, err } = await runCommand(['check', 'policies'], { cwd: folder });
    expect(err.startsWith(`${shown}\n1 error\n`), err).toBe(true);
    expect(exitCode).toBe(1);
  });
});

describe('the README’s table of commands', () => {
  const rows = table('| command | does |').map(([usage = '']) => quoted(usage));
  const named = rows.map(([usage = '']) => usage.split(' ')[0] ?? '');
  const commandsOf = (help: string) => {
    const listed = help.slice(help.indexOf('Commands:')).matchAll(/^ {2}(\w+)/gm);
    return [...listed].flatMap(([, name = '']) => (name === 'help' ? [] : [name]));
  };

  it('has the commands that there are', async () => {
    const { out } = await runMain('--help');
    expect(named.toSorted()).toEqual(commandsOf(out).sort());
  });

  it('has options that the commands have', async () => {
    for (const [index, usage] of rows.entries()) {
      const { out } = await runMain(named[index] ?? '', '--help');
      expect(options(out), named[index]).toEqual(expect.arrayContaining(options(usage.join(' '))));
    }
  });

  it('leaves no option of a command out, with the text around it', async () => {
    const texts = await Promise.all([[], ...named.map((name) => [name])].map((words) => runMain(...words, '--help')));
    const all = options(texts.map(({ out }) => out).join('\n'));
    const wellKnown = ['--help', '--version'];
    expect(quoted(prose).flatMap(options)).toEqual(
      expect.arrayContaining(all.filter((option) => !wellKnown.includes(option))),
    );
  });

  it('has the formats that there are', async () => {
    const { out } = await runMain('--help');
    const choices = /choices:([^)]*?), default/s.exec(out)?.[1] ?? '';
    const formats = [...choices.matchAll(/"(\w+)"/g)].map(([, format]) => format);
    const said = /`--format (\S+)`/.exec(prose)?.[1]?.split('|');
    expect(said).toEqual(formats);
  });
});

describe('the README’s table of config keys', () => {
  const rows = table('| key | meaning |');
  const example = `
version: 1
server: { host: 127.0.0.1, port: 8080, max_body: 10MB, tls: { cert: a, key: b }, trust_proxy: ["::1"] }
circuit: { failures: 5, error_rate: 50%, calls: 20, window: 30s, rest: 5s, longest_rest: 1m } # or off
policy: policies/starter.llmpolicy
policy_source: store # or file
time_zone: UTC
currency: USD
catalog: models.json
store: { url: "sqlite:a.db", token: t, on_unavailable: refuse, local_allowance: $1 } # or memory, redis, rediss, upstash; allow
estimates: { output_tokens: 1024 }
tokens: exact
auth: { required: true, admin_token: t0ken }
providers:
  here: { kind: sandbox, region: eu }
  vendor: { kind: openai, api_key: a, region: us }
  mine: { kind: openai-compatible, base_url: "http://127.0.0.1:9/v1", api_keys: [a, b], timeout: 30s }
models:
  echo: { provider: here, upstream: echo, answers_to: [gpt-4.1-mini], price_in: $1, price_out: $2, prices: { cached_input: $1 }, context_window: 32k, max_output: 8k }
  gift: { provider: here, price: free }
  vectors: { provider: here, price: free, abilities: { embeddings: true } }
attributes:
  request.one: { type: enum, values: [a, b], required: true, from: [header x-one] }
  caller.two: { type: string, optional: true }
  model.three: { type: bool, default: false }
keys:
  - { name: dev, hash: "sha256:${'0'.repeat(64)}", two: b, debug: true }
guards:
  a: { kind: pii, restore: true, timeout: 5s, find: [email, card, iban, ip, national-id, phone], countries: [DE] }
  b: { kind: secrets, on_error: pass, region: eu }
  c: { kind: regex, on_error: block, patterns: { name: "RE2" } }
  d: { kind: keywords, words: [a], match_case: true, whole_words: true }
  e: { kind: length, max: 1 }
  f: { kind: json-schema, schema: {} }
  g: { kind: moderation, base_url: "https://x/v1", api_key: a, model: m, categories: [a], zero_retention: true }
  h: { kind: presidio, base_url: "https://x", language: en, entities: [A], score: 0.5 }
  i: { kind: webhook, url: "https://x", secret: a }
  j: { kind: judge, model: echo, question: "Is it rude?" }
cache: { entries: 10k, size: 256MB, max_answer: 1MB, semantic: { model: vectors, entries: 1k, timeout: 5s } }
notify: { spend: { webhook: "https://127.0.0.1/spend", secret: s3cret } }
ledger: { url: sqlite:.llmpolicy/ledger.db, keep: 90d, content: true, on_unavailable: refuse } # or jsonl, off; forever; allow
`;

  // A config has one of the two.
  const several = example.replace(/^policy: .*$/m, 'policies: [ { for: { caller.two: b }, use: a }, { use: b } ]');

  it('has keys that a config may hold', () => {
    for (const text of [example, several]) {
      const { value, diagnostics } = readConfig(createSource('gateway.config.yaml', text), {}, (path) =>
        createSource(path, 'models: []'),
      );
      expect(diagnostics).toEqual([]);
      expect(value).toBeDefined();
    }
    const keys = rows.flatMap(([key = '']) => quoted(key));
    expect(Object.keys({ ...parse(example), ...parse(several) })).toEqual(expect.arrayContaining(keys));
  });

  it('describes them by the words that they take', () => {
    for (const [key = '', meaning = ''] of rows) {
      const words = quoted(meaning).map((code) => /^[a-z][\w-]*/.exec(code)?.[0] ?? code);
      for (const word of words)
        expect(example + several, `${key}: ${word}`).toMatch(new RegExp(`(?<![\\w-])${word}(?![\\w-])`));
    }
  });

  it('has every key of the repository’s own config', () => {
    const keys = rows.flatMap(([key = '']) => quoted(key));
    expect([...keys, 'version']).toEqual(expect.arrayContaining(Object.keys(parse(readFile('gateway.config.yaml')))));
  });
});

describe('the README’s providers', () => {
  const configOf = (text: string) =>
    readConfig(createSource('README.md', `version: 1\n${policyOf(text)}auth: { required: false }\n${text}`), {});
  const policyOf = (text: string) => (text.startsWith('policies:') ? '' : 'policy: a.llmpolicy\n');

  it('are configs as they stand', () => {
    expect(blocks('yaml').length).toBeGreaterThan(0);
    for (const block of blocks('yaml')) expect(configOf(block).diagnostics).toEqual([]);
  });

  it('are all the kinds, each with its address and what it takes as it is', () => {
    const rows = table('| kind | `base_url`, unless stated | taken as it is | needs |');
    const shown = rows.map(([kind = '', address = '', taken = '']) => [
      ...quoted(kind),
      /https?:[^`]+/.exec(address)?.[0] ?? null,
      taken.trim(),
    ]);
    const known = providerKinds.map((kind) => {
      const { baseUrl, surfaces } = kindFacts(kind);
      return [kind, baseUrl, Object.keys(surfaces).join(', ')];
    });
    expect(shown).toEqual(known);
  });

  it('need what the table says, and no more', () => {
    const values: Record<string, string> = {
      api_key: 'k',
      base_url: '"http://a"',
      resource_name: 'a',
      aws_region: 'eu-west-1',
      credentials: 'default-chain',
      google_project: 'a-1',
      google_location: 'eu',
    };
    for (const [kind = '', , , needs = ''] of table('| kind | `base_url`, unless stated | taken as it is | needs |')) {
      for (const choice of needs.split(/ or /)) {
        const common = needs.includes('`aws_region`') ? ['aws_region'] : [];
        const fields = [...new Set([...common, ...quoted(choice)])].map((field) => `${field}: ${values[field]}`);
        const entry = [`kind: ${quoted(kind)[0]}`, ...fields].join(', ');
        expect(configOf(`providers: { p: { ${entry} } }`).diagnostics, entry).toEqual([]);
      }
    }
  });

  it('have the keys of `server` that there are', () => {
    const fields = table('| key of `server` | meaning |').flatMap(([names = '']) => quoted(names));
    expect([...fields, 'host', 'port'].sort()).toEqual(Object.keys(serverShape.shape).sort());
  });

  it('have the fields that there are', () => {
    const fields = table('| field | meaning |').flatMap(([names = '']) => quoted(names));
    const stated = [...fields, 'base_url'].sort();
    expect(stated).toEqual(Object.keys(providerShape.shape).sort());
  });

  it('have the parts of prices that there are', () => {
    const parts = /below `prices` the parts (.*?)\. A stated/s.exec(readme)?.[1] ?? '';
    const prices = quoted(parts).map((part) => `${part}: $1`);
    expect(prices.length).toBeGreaterThan(5);
    const model = `models: { m: { provider: p, prices: { ${prices.join(', ')} } } }`;
    expect(configOf(`providers: { p: { kind: sandbox } }\n${model}`).diagnostics).toEqual([]);
  });
});

describe('the README’s links', () => {
  const links = [...readme.matchAll(/\]\(([^)#]+)[^)]*\)/g)].map(([, path = '']) => path);

  it.each(links.filter((path) => !/^https?:/.test(path)))('lead to %s', (path) => {
    expect(existsSync(join(root, path))).toBe(true);
  });

  it('are also right where they are only named', () => {
    const paths = quoted(prose).filter((words) => /^(?:policies|grammar|src|test)\/\S+$/.test(words));
    for (const path of paths) expect(existsSync(join(root, path)), path).toBe(true);
  });
});

describe('the change log', () => {
  it('has a heading for this version, or for what is not released', () => {
    const headings = [...readFile('CHANGELOG.md').matchAll(/^## \[?([^\]\s]+)/gm)].map(([, heading]) => heading);
    expect(['Unreleased', packageFile.version]).toContain(headings[0]);
  });
});
