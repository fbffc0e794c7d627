import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import jsonLogic, { type RulesLogic } from 'json-logic-js';
import { describe, expect, it } from 'vitest';
import { meaning } from '../../src/compile/meaning.ts';
import { runCommand, runMain } from '../support/command.ts';
import { projectFolder } from '../support/project-folder.ts';

const starter = 'policies/starter.llmpolicy';
const facts = '{"request.model":"gpt-4.1-mini","request.data_region":"eu"}';

/** The starter policy, compiled into a folder of this test. */
async function compiledStarter(): Promise<string> {
  const file = join(projectFolder(), 'starter.json');
  const { exitCode, out, err } = await runMain('compile', starter, '-o', file);
  expect({ exitCode, out, err }).toEqual({ exitCode: 0, out: '', err: '' });
  return file;
}

describe('compile', () => {
  it('writes the program to a file, and the same to standard output', async () => {
    const file = await compiledStarter();
    const { out } = await runMain('compile', starter);
    expect(out).toBe(readFileSync(file, 'utf8'));
    expect(JSON.parse(out)).toMatchObject({
      format: 'llmpolicy-program',
      version: 1,
      policy: 'starter',
      edition: 2026,
      meaning,
      digest: expect.stringMatching(/^sha256:[0-9a-f]{64}$/),
      program: { name: 'starter', models: expect.any(Array) },
      tables: { choices: { form: 'diagram' } },
    });
  });

  it('leaves nothing else behind, and replaces what was there', async () => {
    const folder = projectFolder({ 'out.json': 'before' });
    await runMain('compile', starter, '-o', join(folder, 'out.json'));
    expect(readdirSync(folder)).toEqual(['out.json']);
    expect(readFileSync(join(folder, 'out.json'), 'utf8')).toMatch(/^\{\n {2}"format": "llmpolicy-program"/);
  });

  it('does not write over a text of the policy', async () => {
    const config = readFileSync('gateway.config.yaml', 'utf8');
    const org = 'edition 2026\npolicy "org"\ndeny model when request.has_images and model == echo\n';
    const app = 'edition 2026\npolicy "app" extends "./org.llmpolicy"\nroutes { otherwise use echo then gpt-mini }\n';
    const folder = projectFolder({ 'gateway.config.yaml': config, 'org.llmpolicy': org, 'app.llmpolicy': app });
    for (const file of ['app.llmpolicy', 'org.llmpolicy']) {
      const { exitCode, err } = await runCommand(['compile', 'app.llmpolicy', '-o', file], { cwd: folder });
      expect(err).toBe(`llmpolicy: ${file} is a text of the policy itself, which would be lost; name another file\n`);
      expect(exitCode).toBe(2);
    }
    expect(readFileSync(join(folder, 'org.llmpolicy'), 'utf8')).toBe(org);
    expect(readFileSync(join(folder, 'app.llmpolicy'), 'utf8')).toBe(app);
  });

  it('writes the conditions for hosts that have JsonLogic', async () => {
    const { out } = await runMain('compile', starter, '--emit', 'jsonlogic');
    const exported = JSON.parse(out);
    const data: unknown[] = exported.facts.map(({ key, absent }: { key: string; absent?: unknown }) =>
      key === 'request.data_region' ? 'eu' : absent,
    );
    const removed = exported.rules
      .filter(({ id, when }: { id: string; when: RulesLogic }) => id === 'residency' && jsonLogic.apply(when, data))
      .flatMap(({ models }: { models: string[] }) => models);
    const decided = await runMain('decide', starter, '--facts', facts, '--format', 'json');
    const expected = JSON.parse(decided.out).removed.map(({ model }: { model: string }) => model);
    expect(removed).toEqual(expected);
    expect(removed).not.toEqual([]);
  });

  it.each([
    ['a policy with errors', 'test/golden/cli/five-mistakes.llmpolicy', [], 1, 'error[unknown-model]'],
    ['a file that is not there', 'none.llmpolicy', [], 2, 'cannot read none.llmpolicy: there is no such file'],
    ['another form', starter, ['--emit', 'wasm'], 2, 'Allowed choices are tables, jsonlogic'],
    ['a folder that is not there', starter, ['-o', '/nowhere/at/all.json'], 2, 'cannot write /nowhere/at/all.json'],
  ])('says what is wrong with %s', async (_, policy, options, exitCode, message) => {
    const result = await runMain('compile', policy, ...options);
    expect(result.err).toContain(message);
    expect(result.err).not.toContain('    at ');
    expect(result).toMatchObject({ exitCode, out: '' });
  });
});

describe('a compiled policy', () => {
  it('is decided with as its text is, from facts and from a request', async () => {
    const file = await compiledStarter();
    const request = JSON.stringify({ model: 'broken', messages: [{ role: 'user', content: 'hello' }] });
    for (const options of [
      ['--facts', facts],
      ['--request', '-'],
    ]) {
      const words = [...options, '--format', 'json'];
      const [text, compiled] = await Promise.all(
        [starter, file].map((policy) => runCommand(['decide', policy, ...words], { input: request })),
      );
      expect(JSON.parse(compiled?.out ?? '')).toEqual(JSON.parse(text?.out ?? ''));
    }
  });

  it('is known by what it holds, not by its name', async () => {
    const folder = projectFolder();
    const file = join(folder, 'policy.llmpolicy');
    await runMain('compile', starter, '-o', file);
    const { exitCode, out } = await runMain('decide', file, '--facts', facts);
    expect(out).toContain('policy   starter');
    expect(exitCode).toBe(0);
  });

  it('is checked: its digest, its versions, and the config that it was compiled for', async () => {
    const file = await compiledStarter();
    expect(await runMain('check', file)).toMatchObject({ exitCode: 0, out: '1 policy checked, no errors\n' });
    writeFileSync(file, readFileSync(file, 'utf8').replace('"status":404', '"status":200'));
    const { exitCode, err } = await runMain('check', file);
    expect(err).toContain(
      'error[compiled-broken]: this compiled policy is damaged: its digest is not that of its rules',
    );
    expect(exitCode).toBe(1);
  });

  it('is refused by decide with the reason', async () => {
    const file = await compiledStarter();
    writeFileSync(file, readFileSync(file, 'utf8').replace('"edition": 2026', '"edition": 2031'));
    const { exitCode, out, err } = await runMain('decide', file, '--facts', facts);
    expect(err).toContain(
      'error[compiled-otherwise]: this policy was compiled by a version of llmpolicy with edition 2031',
    );
    expect({ exitCode, out }).toEqual({ exitCode: 1, out: '' });
  });

  it.each([
    ['decide', ['--facts', facts, '--explain'], 'explanations show the text'],
    ['test', [], 'this needs the text that it was compiled from'],
    ['fmt', [], 'this needs the text that it was compiled from'],
    ['compile', [], 'this needs the text that it was compiled from'],
  ])('is not enough for %s where that needs the text', async (command, options, message) => {
    const file = await compiledStarter();
    const { exitCode, out, err } = await runMain(command, file, ...options);
    expect(err).toContain(message);
    expect({ exitCode, out }).toEqual({ exitCode: 2, out: '' });
  });
});

describe('check --stats', () => {
  it('says how each list of rules is asked, of what size that is, and why', async () => {
    const { exitCode, out } = await runMain('check', starter, '--stats');
    expect(out).toMatch(/^ {2}digest +sha256:[0-9a-f]{64}$/m);
    expect(out).toMatch(/^ {2}facts +11, of which 11 are gathered; \d+ columns, \d+ codes$/m);
    expect(out).toMatch(/^ {2}constraints +bit-vectors: 22 conditions, 22 lines, \d+ words \(all that hold count\)$/m);
    expect(out).toMatch(
      /^ {2}routes +decision diagram: 2 conditions, \d+ nodes, \d+ edges \(the first that holds counts\)$/m,
    );
    expect(out).toMatch(/^ {2}obligations +ordered scan: 0 conditions \(they are few\)$/m);
    expect(exitCode).toBe(0);
  });

  it('says so of a policy whose diagram would blow up', async () => {
    const names = Array.from({ length: 40 }, (_, index) => `request.n${index}`);
    const text = `edition 2026
policy "wide"
routes {
${names.map((name, index) => `  route r${index} when ${name} > ${index} and ${names[(index * 7 + 3) % 40]} < ${90 - index} use echo`).join('\n')}
  otherwise use echo
}`;
    const config = `version: 1
policy: wide.llmpolicy
auth: { required: false }
providers: { box: { kind: sandbox, region: eu } }
models: { echo: { provider: box, context_window: 32k } }
attributes:
${names.map((name) => `  ${name}: { type: count, default: 0, from: [header x-${name.slice(8)}] }`).join('\n')}
`;
    const folder = projectFolder({ 'gateway.config.yaml': config, 'wide.llmpolicy': text });
    const { out, err } = await runCommand(['check', '--stats', '--format', 'json'], { cwd: folder });
    expect(err).toBe('');
    const [routes] = JSON.parse(out).stats[0].lists.filter(({ list }: { list: string }) => list === 'routes');
    expect(routes).toMatchObject({ form: 'bits', conditions: 40, why: 'a diagram would grow over its budget' });
  });
});
