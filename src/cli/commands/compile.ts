import { dirname, resolve } from 'node:path';
import { type Command, Option } from 'commander';
import { compileSource } from '../../compile/compile-source.ts';
import { exportJsonLogic } from '../../compile/export-jsonlogic.ts';
import { notingReads } from '../../compile/noting-reads.ts';
import { writeCompiled } from '../../compile/write-compiled.ts';
import { writeLines } from '../../compile/write-lines.ts';
import { CommandError, type ExitCode, exitCodes } from '../exit.ts';
import { type Format, requireFormat } from '../output/format.ts';
import { renderDiagnostics, type Terminal } from '../output/terminal.ts';
import { replaceFile } from '../replace-file.ts';
import type { Run } from '../run.ts';
import { FoundErrors, notingParents, readPolicyText, requireConfig, resolveWithin } from '../workspace.ts';

interface Options {
  readonly config?: string;
  readonly format: Format;
  readonly emit: 'tables' | 'jsonlogic';
  readonly output?: string;
}

/** `compile POLICY`: the program, as a file that `serve` and `decide` take in place of the text, or for other hosts. */
export function compileCommand(program: Command, run: Run): void {
  const emits = ['tables', 'jsonlogic'];
  program
    .command('compile')
    .description('write the portable program: JSON that serve and decide take in place of the text')
    .argument('<policy>', 'a policy file')
    .addOption(
      new Option('--emit <what>', 'the tables, or the conditions for hosts that have JsonLogic')
        .choices(emits)
        .default('tables'),
    )
    .option('-o, --output <file>', 'the file to write (default: standard output)')
    .action((path: string, _, command: Command) =>
      run((terminal) => compile(terminal, path, command.optsWithGlobals<Options>())),
    );
}

function compile(terminal: Terminal, path: string, options: Options): ExitCode {
  requireFormat(options.format, ['human', 'json']);
  const { config, path: configPath } = requireConfig(options.config);
  const layers = notingParents(resolveWithin(dirname(configPath)));
  const { environment, compiledFor } = notingReads(config.environment);
  const { value, diagnostics } = compileSource(readPolicyText(path), environment, layers.resolve);
  if (!value) throw new FoundErrors(diagnostics);
  if (options.format === 'human' && diagnostics.length > 0) terminal.err(renderDiagnostics(diagnostics));
  const text =
    options.emit === 'jsonlogic'
      ? writeLines(exportJsonLogic(value.program))
      : writeCompiled(value.program, compiledFor(value.program));
  if (options.output === undefined) terminal.out(text.trimEnd());
  else writeOutput(options.output, text, [path, ...layers.found]);
  return exitCodes.ok;
}

function writeOutput(file: string, text: string, texts: readonly string[]): void {
  if (texts.some((path) => resolve(path) === resolve(file))) {
    throw new CommandError(`${file} is a text of the policy itself, which would be lost; name another file`);
  }
  replaceFile(file, text);
}
