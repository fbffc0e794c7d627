import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { main } from '../../src/cli/main.ts';

const ugly = 'let   a = (b)\n';
const laidOut = 'let a = b\n';
const wrong = 'let a =\n';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'llmpolicy-fmt-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const at = (name: string) => join(folder, name);
const write = (name: string, text: string | Buffer) => writeFileSync(at(name), text);
const read = (name: string) => readFileSync(at(name), 'utf8');

async function fmt(...words: readonly string[]) {
  const out: string[] = [];
  const err: string[] = [];
  const exitCode = await main(['fmt', ...words], { out: (text) => out.push(text), err: (text) => err.push(text) });
  return { exitCode, out: out.join('\n'), err: err.join('\n') };
}

describe('fmt', () => {
  it('writes the files below a folder that change, and names them', async () => {
    for (const place of ['deep', 'node_modules']) mkdirSync(at(place));
    for (const name of ['b.llmpolicy', 'deep/a.llmtest', 'node_modules/c.llmpolicy', 'd.txt']) write(name, ugly);
    write('same.llmpolicy', laidOut);
    const before = statSync(at('same.llmpolicy')).mtimeMs;
    expect(await fmt(folder)).toEqual({
      exitCode: 0,
      out: `${at('b.llmpolicy')}\n${at('deep/a.llmtest')}`,
      err: '',
    });
    expect([read('b.llmpolicy'), read('deep/a.llmtest')]).toEqual([laidOut, laidOut]);
    expect([read('node_modules/c.llmpolicy'), read('d.txt')]).toEqual([ugly, ugly]);
    expect(statSync(at('same.llmpolicy')).mtimeMs).toBe(before);
    expect(readdirSync(folder).filter((name) => name.endsWith('.tmp'))).toEqual([]);
  });

  it('with --check writes nothing and fails where the layout differs', async () => {
    write('a.llmpolicy', ugly);
    expect(await fmt('--check', folder)).toEqual({ exitCode: 1, out: at('a.llmpolicy'), err: '' });
    expect(read('a.llmpolicy')).toBe(ugly);
    await fmt(folder);
    expect(await fmt('--check', folder)).toEqual({ exitCode: 0, out: '', err: '' });
  });

  it('reports a file with syntax errors, leaves it, and lays out the others', async () => {
    write('a.llmpolicy', wrong);
    write('b.llmpolicy', ugly);
    const { exitCode, out, err } = await fmt(folder);
    expect([exitCode, out]).toEqual([1, at('b.llmpolicy')]);
    expect(err).toContain('expected a condition');
    expect([read('a.llmpolicy'), read('b.llmpolicy')]).toEqual([wrong, laidOut]);
  });

  it('prints JSON for tools', async () => {
    write('a.llmpolicy', wrong);
    write('b.llmpolicy', ugly);
    const { exitCode, out, err } = await fmt(folder, '--format', 'json');
    expect([exitCode, err]).toEqual([1, '']);
    expect(JSON.parse(out)).toMatchObject({
      ok: false,
      changed: [at('b.llmpolicy')],
      diagnostics: [{ code: 'syntax', file: at('a.llmpolicy'), line: 1 }],
    });
    rmSync(at('a.llmpolicy'));
    expect(JSON.parse((await fmt(folder, '--format', 'json')).out)).toEqual({ ok: true, changed: [], diagnostics: [] });
  });

  it('keeps the mode of a file, and a link to it', async () => {
    write('a.llmpolicy', ugly);
    chmodSync(at('a.llmpolicy'), 0o640);
    symlinkSync(at('a.llmpolicy'), at('link.llmpolicy'));
    await fmt(at('link.llmpolicy'));
    expect(read('a.llmpolicy')).toBe(laidOut);
    expect(lstatSync(at('link.llmpolicy')).isSymbolicLink()).toBe(true);
    expect(statSync(at('a.llmpolicy')).mode & 0o777).toBe(0o640);
  });

  it('takes a file that is named twice once', async () => {
    write('a.llmpolicy', ugly);
    expect((await fmt(folder, at('a.llmpolicy'))).out).toBe(at('a.llmpolicy'));
  });

  it('touches nothing if a file is not text', async () => {
    write('a.llmpolicy', ugly);
    write('b.llmpolicy', Buffer.from('# caf\xe9\nlet a = b', 'latin1'));
    const { exitCode, err } = await fmt(folder);
    expect([exitCode, err]).toEqual([2, `llmpolicy: ${at('b.llmpolicy')} is not UTF-8 text; nothing was written`]);
    expect(read('a.llmpolicy')).toBe(ugly);
  });

  it.each([
    ['a path that does not exist', () => [at('none.llmpolicy')], 'there is no such file or folder'],
    ['a folder without policies', () => [folder], 'there is no .llmpolicy or .llmtest file'],
    ['standard input among files', () => ['-', folder], 'goes alone'],
    ['a format of another command', () => [folder, '--format', 'sarif'], 'does not print'],
  ])('refuses %s', async (_, words, said) => {
    const { exitCode, err } = await fmt(...words());
    expect(exitCode).toBe(2);
    expect(err).toContain(said);
  });
});

describe('fmt -', () => {
  const program = fileURLToPath(new URL('../../src/cli/llmpolicy.mjs', import.meta.url));
  const pipe = (input: string, ...words: readonly string[]) => {
    const { status, stdout, stderr } = spawnSync(process.execPath, [program, 'fmt', '-', ...words], {
      input,
      encoding: 'utf8',
    });
    return { status, stdout, stderr };
  };

  it('prints the layout of standard input', () => {
    expect(pipe(ugly)).toEqual({ status: 0, stdout: laidOut, stderr: '' });
    expect(pipe('')).toEqual({ status: 0, stdout: '', stderr: '' });
  });

  it('prints nothing but the errors of a text that has some', () => {
    const { status, stdout, stderr } = pipe(wrong);
    expect([status, stdout]).toEqual([1, '']);
    expect(stderr).toContain('standard input:1:');
  });

  it('checks it', () => {
    expect(pipe(ugly, '--check')).toEqual({ status: 1, stdout: '', stderr: '' });
    expect(pipe(laidOut, '--check').status).toBe(0);
  });

  it('gives it to tools as JSON', () => {
    const { stdout } = pipe(ugly, '--format', 'json');
    expect(JSON.parse(stdout)).toEqual({ ok: true, changed: ['-'], text: laidOut, diagnostics: [] });
  });
});
