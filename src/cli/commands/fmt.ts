import { isUtf8 } from 'node:buffer';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join, resolve, sep } from 'node:path';
import type { Command } from 'commander';
import { type Diagnostic, hasErrors } from '../../diagnostics/diagnostic.ts';
import { renderJson } from '../../diagnostics/render/json.ts';
import { createSource, type Source } from '../../diagnostics/source.ts';
import { formatPolicy } from '../../format/format-policy.ts';
import { CommandError, type ExitCode, exitCodes } from '../exit.ts';
import { type Format, requireFormat } from '../output/format.ts';
import { renderDiagnostics, type Terminal } from '../output/terminal.ts';
import { replaceFile } from '../replace-file.ts';
import type { Run } from '../run.ts';
import { readPolicyText } from '../workspace.ts';

interface Options {
  readonly format: Format;
  readonly check?: boolean;
}

const extensions = ['.llmpolicy', '.llmtest'];
const standardInput = '-';

/** `fmt [PATH…]`: the one layout, in place. */
export function fmtCommand(program: Command, run: Run): void {
  program
    .command('fmt')
    .description('bring policies and tests into the one layout, in place')
    .argument(
      '[path...]',
      'files, or folders of .llmpolicy and .llmtest files (default: this folder); - reads standard input and prints the result',
    )
    .option('--check', 'write nothing: name the files whose layout differs, and exit with 1 if there are any')
    .action((paths: string[], _, command: Command) =>
      run((terminal) => fmt(terminal, paths, command.optsWithGlobals<Options>())),
    );
}

/** A text and its layout; a text with syntax errors has only these. */
interface Laid {
  readonly source: Source;
  readonly text: string | undefined;
  readonly errors: readonly Diagnostic[];
}

function fmt(terminal: Terminal, paths: readonly string[], options: Options): ExitCode {
  requireFormat(options.format, ['human', 'json']);
  if (paths.includes(standardInput)) return fmtStandardInput(terminal, paths, options);
  const files = [...new Set((paths.length > 0 ? paths : ['.']).flatMap(filesAt).map((path) => resolve(path)))];
  // All are laid out before the first is written: should one reveal a bug of ours, none has been touched.
  const laid = files.map((path) => ({ path, ...layOut(readUtf8(path)) }));
  const changed = laid.filter(differs);
  if (!options.check) for (const { path, text } of changed) if (text !== undefined) replaceFile(path, text);
  const errors = laid.flatMap((file) => file.errors);
  const ok = errors.length === 0 && !(options.check && changed.length > 0);
  const names = changed.map(({ source }) => source.name);
  if (options.format === 'json') printJson(terminal, { ok, changed: names }, errors);
  else {
    for (const name of names) terminal.out(name);
    if (errors.length > 0) terminal.err(renderDiagnostics(errors));
  }
  return ok ? exitCodes.ok : exitCodes.failed;
}

/** For editors: a text in, its layout out. */
function fmtStandardInput(terminal: Terminal, paths: readonly string[], options: Options): ExitCode {
  if (paths.length > 1) throw new CommandError('- stands for standard input and goes alone');
  const laid = layOut(createSource('standard input', readFileSync(0, 'utf8')));
  const { text, errors } = laid;
  const ok = errors.length === 0 && !(options.check && differs(laid));
  if (options.format === 'json') {
    printJson(
      terminal,
      { ok, changed: differs(laid) ? [standardInput] : [], ...(text !== undefined && { text }) },
      errors,
    );
  } else if (errors.length > 0) terminal.err(renderDiagnostics(errors));
  else if (!options.check && text) terminal.out(text.replace(/\n$/, ''));
  return ok ? exitCodes.ok : exitCodes.failed;
}

function layOut(source: Source): Laid {
  const { value, diagnostics } = formatPolicy(source);
  return { source, text: value, errors: hasErrors(diagnostics) ? diagnostics : [] };
}

const differs = ({ source, text }: Laid): boolean => text !== undefined && text !== source.text;

function printJson(terminal: Terminal, result: Readonly<Record<string, unknown>>, errors: readonly Diagnostic[]): void {
  terminal.out(JSON.stringify({ ...result, diagnostics: errors.map(renderJson) }, null, 2));
}

/** The file itself, or all policies and tests below a folder in the order of their names. */
function filesAt(path: string): string[] {
  if (!existsSync(path)) throw new CommandError(`cannot read ${path}: there is no such file or folder`);
  if (!statSync(path).isDirectory()) return [path];
  const found = readdirSync(path, { recursive: true, encoding: 'utf8' })
    .filter((name) => extensions.some((extension) => name.endsWith(extension)))
    .filter((name) => !name.split(sep).includes('node_modules'))
    .sort()
    .map((name) => join(path, name));
  if (found.length === 0) throw new CommandError(`there is no .llmpolicy or .llmtest file in ${path}`);
  return found;
}

/** Bytes that are no UTF-8 would be lost in the text, and then in the file. */
function readUtf8(path: string): Source {
  const source = readPolicyText(path);
  if (source.text.includes('\uFFFD') && !isUtf8(readFileSync(path))) {
    throw new CommandError(`${source.name} is not UTF-8 text; nothing was written`);
  }
  return source;
}
