import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { promisify } from 'node:util';
import type { SecretSource } from '../../config/secret-source.ts';
import { ProviderProblem } from '../provider-problem.ts';

const commandMs = 10_000;
const longestSecret = 64 * 1024;

/** The text of a secret. Files and commands are those of `folder`; the line end that they end with is no part of it. */
export async function readSecret(source: SecretSource, folder: string, limitMs = commandMs): Promise<string> {
  if (typeof source === 'string') return checked(source, 'a secret of the config');
  if ('file' in source) {
    return checked(await readFileText(source.file, folder), `the file ${source.file}`);
  }
  return checked(await runCommand(source.command, folder, limitMs), `the command ${source.command[0]}`);
}

async function readFileText(path: string, folder: string): Promise<string> {
  try {
    return await readFile(resolve(folder, path), 'utf8');
  } catch (error) {
    throw new ProviderProblem(`the file ${path} cannot be read (${codeOf(error)})`);
  }
}

/** Without a shell. What the command says on its error output stays unsaid: nobody knows what is in it. */
async function runCommand(
  [program = '', ...words]: readonly string[],
  folder: string,
  limitMs: number,
): Promise<string> {
  try {
    const options = { cwd: folder, timeout: limitMs, maxBuffer: longestSecret, windowsHide: true };
    return (await promisify(execFile)(program, words, options)).stdout;
  } catch (error) {
    throw new ProviderProblem(`the command ${program} ${describeEnd(error, limitMs)}`);
  }
}

function describeEnd(error: unknown, limitMs: number): string {
  const code = codeOf(error);
  if (code === 'ERR_CHILD_PROCESS_STDIO_MAXBUFFER') return 'printed more than a secret';
  if (error instanceof Error && 'killed' in error && error.killed === true) {
    return `did not end within ${limitMs / 1000} seconds`;
  }
  return /^\d+$/.test(code) ? `ended with code ${code}` : `cannot be run (${code})`;
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : 'unknown';
}

function checked(text: string, origin: string): string {
  const secret = text.replace(/\r?\n$/, '');
  if (secret === '') throw new ProviderProblem(`${origin} is empty`);
  // What a header can hold: RFC 9110, section 5.5.
  if (!/^[\t\x20-\x7e\x80-\xff]+$/.test(secret)) {
    throw new ProviderProblem(`${origin} holds characters that no header can carry: it must be one line`);
  }
  return secret;
}
