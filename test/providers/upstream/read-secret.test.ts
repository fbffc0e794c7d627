import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readSecret } from '../../../src/providers/upstream/read-secret.ts';
import { projectFolder } from '../../support/project-folder.ts';

const script = (text: string) => ({ command: [process.execPath, '-e', text] });

describe('a secret', () => {
  it('is its text', async () => {
    expect(await readSecret('the-key', '/nowhere')).toBe('the-key');
  });

  it.each(['key', 'key\n', 'key\r\n'])(
    'is what a file beside the config holds, without the last line end: %j',
    async (text) => {
      const folder = projectFolder({ 'secrets/key.txt': text });
      expect(await readSecret({ file: 'secrets/key.txt' }, folder)).toBe('key');
    },
  );

  it('is what the file holds when it is read, not when it was', async () => {
    const folder = projectFolder({ 'key.txt': 'old' });
    expect(await readSecret({ file: 'key.txt' }, folder)).toBe('old');
    writeFileSync(join(folder, 'key.txt'), 'new\n');
    expect(await readSecret({ file: join(folder, 'key.txt') }, '/nowhere')).toBe('new');
  });

  it('is what a command prints, run in the folder of the config', async () => {
    const folder = projectFolder({ 'key.txt': 'from-a-file' });
    const print = script("console.log(fs.readFileSync('key.txt', 'utf8'))");
    expect(await readSecret(print, folder)).toBe('from-a-file');
  });

  it('is what the command prints when no shell reads its words', async () => {
    const words = { command: [process.execPath, '-p', 'process.argv[1]', '$HOME; echo hi'] };
    expect(await readSecret(words, '.')).toBe('$HOME; echo hi');
  });
});

describe('a secret that cannot be had', () => {
  it.each([
    [{ file: 'none.txt' }, 'the file none.txt cannot be read (ENOENT)'],
    [{ file: 'empty.txt' }, 'the file empty.txt is empty'],
    [{ file: 'two.txt' }, 'the file two.txt holds characters that no header can carry: it must be one line'],
    [{ command: ['/no/such/program'] }, 'the command /no/such/program cannot be run (ENOENT)'],
    [script('process.exit(3)'), `the command ${process.execPath} ended with code 3`],
    [script("console.error('s3cret'); process.exit(1)"), `the command ${process.execPath} ended with code 1`],
    [script(''), `the command ${process.execPath} is empty`],
  ])('is named, never shown: %j', async (source, message) => {
    const folder = projectFolder({ 'empty.txt': '\n', 'two.txt': 'one\ntwo\n' });
    await expect(readSecret(source, folder)).rejects.toMatchObject({ name: 'ProviderProblem', message });
  });

  it('may be one that goes on for ever', async () => {
    const flood = script("for (;;) console.log('x'.repeat(65536))");
    await expect(readSecret(flood, '.')).rejects.toThrow(/printed more than a secret/);
    const silence = script('setInterval(() => undefined, 1000)');
    await expect(readSecret(silence, '.', 100)).rejects.toThrow(/did not end within 0.1 seconds/);
  });
});
