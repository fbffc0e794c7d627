import { type ChildProcess, type SpawnOptions, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';
import { main } from '../../src/cli/main.ts';

/** The command as a checkout runs it. */
export const commandFile = fileURLToPath(new URL('../../src/cli/llmpolicy.mjs', import.meta.url));

export interface CommandOptions {
  readonly cwd?: string;
  readonly environment?: Readonly<Record<string, string>>;
  /** What standard input holds. */
  readonly input?: string;
}

export interface CommandResult {
  /** Null where a signal ended it. */
  readonly exitCode: number | null;
  readonly out: string;
  readonly err: string;
}

export interface RunningCommand {
  readonly process: ChildProcess;
  /** Standard output so far. */
  readonly out: () => string;
  /** Standard error so far. */
  readonly err: () => string;
  readonly ended: Promise<CommandResult>;
}

/** Nothing of the machine's own settings but where programs are: no key, no colour. */
function environmentOf(more: CommandOptions['environment']): SpawnOptions['env'] {
  const { PATH, HOME, NODE_COMPILE_CACHE } = process.env;
  return { PATH, HOME, NODE_COMPILE_CACHE, ...more };
}

/** Starts a program; it does not outlive the test. */
export function startProgram(
  program: string,
  words: readonly string[],
  { cwd, environment, input = '' }: CommandOptions = {},
): RunningCommand {
  const child = spawn(program, words, { cwd, env: environmentOf(environment), stdio: 'pipe' });
  const texts = { out: '', err: '' };
  child.stdout.setEncoding('utf8').on('data', (text: string) => (texts.out += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (texts.err += text));
  // A program that does not read its input may have ended before it is written.
  child.stdin.on('error', () => undefined).end(input);
  const ended = once(child, 'close').then(([exitCode]) => ({ exitCode, ...texts }));
  onTestFinished(async () => {
    child.kill('SIGKILL');
    await ended;
  });
  return { process: child, out: () => texts.out, err: () => texts.err, ended };
}

/** Runs `llmpolicy` in a process of its own, to its end. */
export function runCommand(words: readonly string[], options?: CommandOptions): Promise<CommandResult> {
  return startProgram(process.execPath, [commandFile, ...words], options).ended;
}

/** Runs `llmpolicy` in this process, which is faster: in the folder of the tests, and with a terminal that only listens. */
export async function runMain(...words: readonly string[]): Promise<CommandResult> {
  const lines: { readonly out: string[]; readonly err: string[] } = { out: [], err: [] };
  const exitCode = await main(words, {
    out: (text) => void lines.out.push(`${text}\n`),
    err: (text) => void lines.err.push(`${text}\n`),
  });
  return { exitCode, out: lines.out.join(''), err: lines.err.join('') };
}
