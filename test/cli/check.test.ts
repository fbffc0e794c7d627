import { parse } from 'node:path';
import { describe, expect, it } from 'vitest';
import { runCommand, runMain } from '../support/command.ts';
import { expectGolden } from '../support/golden.ts';
import { projectFolder } from '../support/project-folder.ts';

const fiveMistakes = 'test/golden/cli/five-mistakes.llmpolicy';
const config = `version: 1
policy: main.llmpolicy
auth: { required: false }
providers: { box: { kind: sandbox, region: eu } }
models: { echo: { provider: box, context_window: 32k } }
`;
const good = 'edition 2026\npolicy "main"\nroutes { otherwise use echo }\n';

describe('check', () => {
  it('finds nothing wrong with the policies of this repository', async () => {
    const { exitCode, out, err } = await runCommand(['check', 'policies']);
    expect(err).toBe('');
    expect(out).toMatch(/\n\d+ policies checked, no errors\n$/);
    expect(exitCode).toBe(0);
  });

  it('shows five mistakes of one policy in one go, each with its place and the mend', async () => {
    const { exitCode, out, err } = await runCommand(['check', fiveMistakes]);
    expectGolden('cli/five-mistakes.txt', err);
    expect(out).toBe('');
    expect(exitCode).toBe(1);
  });

  it('tells programs of the same mistakes, on standard output alone', async () => {
    const { exitCode, out, err } = await runMain('check', fiveMistakes, '--format', 'json');
    const { ok, diagnostics, ...rest } = JSON.parse(out);
    expect({ ok, rest, err, exitCode }).toEqual({ ok: false, rest: {}, err: '', exitCode: 1 });
    expect(
      diagnostics.map((found: Record<string, unknown>) => [
        found['code'],
        `${found['line']}:${found['column']}-${found['endLine']}:${found['endColumn']}`,
      ]),
    ).toEqual([
      ['unknown-model', '5:15-5:19'],
      ['unknown-word', '7:40-7:43'],
      ['maybe-missing', '8:9-8:20'],
      ['type-mismatch', '11:19-11:45'],
      ['unknown-failure', '16:24-16:32'],
    ]);
    for (const found of diagnostics) {
      const { notes, help, fix, witness, ...always } = found;
      expect(always).toEqual({
        code: expect.any(String),
        severity: 'error',
        message: expect.any(String),
        file: fiveMistakes,
        line: expect.any(Number),
        column: expect.any(Number),
        endLine: expect.any(Number),
        endColumn: expect.any(Number),
      });
      expect(witness).toBeUndefined();
      expect(typeof help).toBe('string');
      expect(Array.isArray(notes ?? [])).toBe(true);
      const { code, severity, message, ...place } = always;
      for (const edit of fix ?? []) expect(Object.keys(edit).sort()).toEqual([...Object.keys(place), 'newText'].sort());
    }
  });

  it('says `ok` to programs where it holds', async () => {
    const { exitCode, out } = await runMain('check', 'policies', '--format', 'json');
    expect(JSON.parse(out)).toEqual({ ok: true, diagnostics: [] });
    expect(exitCode).toBe(0);
  });

  it('takes the policy that the nearest config upwards names', async () => {
    const folder = projectFolder({ 'gateway.config.yaml': config, 'main.llmpolicy': good, 'deep/er/file.txt': '' });
    const { exitCode, out } = await runCommand(['check'], { cwd: `${folder}/deep/er` });
    expect(out).toBe('1 policy checked, no errors\n');
    expect(exitCode).toBe(0);
  });

  it('reports the config’s own mistakes', async () => {
    const folder = projectFolder({
      'gateway.config.yaml': config.replace('sandbox', 'sandbx'),
      'main.llmpolicy': good,
    });
    const { exitCode, err } = await runMain('check', '--config', `${folder}/gateway.config.yaml`);
    expect(err).toContain('gateway.config.yaml:4:27');
    expect(err).toContain('did you mean `sandbox`?');
    expect(exitCode).toBe(1);
  });

  it('reports the mistakes of the catalogue that the config names, in its own file', async () => {
    const folder = projectFolder({
      'gateway.config.yaml': `${config}catalog: models.json\n`,
      'models.json': '{ "models": [ { "kind": "opnai" } ] }',
      'main.llmpolicy': good,
    });
    const { exitCode, err } = await runMain('check', '--config', `${folder}/gateway.config.yaml`);
    expect(err).toContain('models.json:1:15');
    expect(err).toContain('`upstream` is missing');
    expect(exitCode).toBe(1);
  });

  it('reports a catalogue that is not there', async () => {
    const text = `${config}catalog: none.json\n`;
    const folder = projectFolder({ 'gateway.config.yaml': text, 'main.llmpolicy': good });
    const { exitCode, err } = await runMain('check', '--config', `${folder}/gateway.config.yaml`);
    expect(err).toContain('`none.json` cannot be read: there is no such file');
    expect(exitCode).toBe(1);
  });

  it('does not tell the value of a variable', async () => {
    const text = config.replace('kind: sandbox', 'kind: openai, base_url: "$' + '{SECRET_URL}"');
    const folder = projectFolder({ 'gateway.config.yaml': text, 'main.llmpolicy': good });
    const { exitCode, out, err } = await runCommand(['check'], {
      cwd: folder,
      environment: { SECRET_URL: 'not-an-address' },
    });
    expect(err).toContain('gateway.config.yaml:4');
    expect(out + err).not.toContain('not-an-address');
    expect(exitCode).toBe(1);
  });

  it.each([
    [
      'a file that is not there',
      ['check', 'nowhere.llmpolicy'],
      /^llmpolicy: cannot read nowhere\.llmpolicy: there is no such file/,
    ],
    ['a folder without policies', ['check', 'test/docs'], /^llmpolicy: there is no \.llmpolicy file in test\/docs\n$/],
    [
      'a config that is not there',
      ['check', '--config', 'nowhere.yaml'],
      /^llmpolicy: cannot read nowhere\.yaml: there is no such file\n$/,
    ],
    ['a format that does not exist', ['check', '--format', 'xml'], /'xml' is invalid/],
    ['an option that does not exist', ['check', '--frmat', 'json'], /unknown option '--frmat'/],
  ])('cannot begin with %s', async (_what, words, message) => {
    const { exitCode, out, err } = await runMain(...words);
    expect(err).toMatch(message);
    expect(out).toBe('');
    expect(exitCode).toBe(2);
  });

  it('says how to get a config where there is none upwards', async () => {
    const { exitCode, err } = await runCommand(['check'], { cwd: parse(process.cwd()).root });
    expect(err).toBe(
      'llmpolicy: no gateway.config.yaml here or in any folder above; `llmpolicy init` writes one, --config names another\n',
    );
    expect(exitCode).toBe(2);
  });
});
