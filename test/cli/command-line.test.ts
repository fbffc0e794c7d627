import { describe, expect, it } from 'vitest';
import packageFile from '../../package.json' with { type: 'json' };
import { main } from '../../src/cli/main.ts';
import { runCommand, runMain } from '../support/command.ts';

const escapeCode = '\u001b[';
const fiveMistakes = 'test/golden/cli/five-mistakes.llmpolicy';

describe('the command line', () => {
  it('lists its commands', async () => {
    const { exitCode, out } = await runMain('--help');
    for (const command of ['init', 'check', 'decide', 'serve']) expect(out).toMatch(new RegExp(`^  ${command} `, 'm'));
    expect(exitCode).toBe(0);
  });

  it('says its version', async () => {
    expect(await runMain('--version')).toEqual({ exitCode: 0, out: `${packageFile.version}\n`, err: '' });
  });

  it.each([
    ['no command', [], 'Usage: llmpolicy'],
    ['an unknown command', ['chekc'], "unknown command 'chekc'"],
    ['a missing argument', ['compile'], "missing required argument 'policy'"],
    ['too many arguments', ['decide', 'a', 'b'], 'too many arguments'],
  ])('ends with 2 for %s', async (_what, words, message) => {
    const { exitCode, out, err } = await runMain(...words);
    expect(err).toContain(message);
    expect({ exitCode, out }).toEqual({ exitCode: 2, out: '' });
  });

  it.each([{ NO_COLOR: '1' }, { CI: 'true' }])('has no colour where it is no terminal: %j', async (environment) => {
    const [shown, decided] = await Promise.all([
      runCommand(['check', fiveMistakes], { environment }),
      runCommand(['decide', 'policies/starter.llmpolicy', '--explain'], { environment }),
    ]);
    expect(shown.err).toContain('error[unknown-model]');
    expect(decided.out).toContain('policy   starter');
    expect(shown.err + decided.out).not.toContain(escapeCode);
  });

  it('calls a bug of its own a bug', async () => {
    const said: string[] = [];
    const exitCode = await main(['check', 'policies/starter.llmpolicy'], {
      out: () => {
        throw new TypeError('the terminal has gone');
      },
      err: (text) => void said.push(text),
    });
    expect(said).toEqual(['llmpolicy: this is a bug of llmpolicy, please report it: the terminal has gone']);
    expect(exitCode).toBe(3);
  });
});
