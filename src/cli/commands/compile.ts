import { dirname } from 'node:path';
import { type Command, Option } from 'commander';
import { compileSource } from '../../compile/compile-source.ts';
import { deepestCompiled, depthOf, writeCompiled } from '../../compile/compiled-file.ts';
import { notingReads } from '../../compile/compiled-for.ts';
import { exportJsonLogic } from '../../compile/export-jsonlogic.ts';
import { writeLines } from '../../compile/write-lines.ts';
import type { GatewayConfig } from '../../config/config.ts';
import { CommandError, type ExitCode, exitCodes } from '../exit.ts';
import { type Format, requireFormat } from '../output/format.ts';
import { renderDiagnostics, type Terminal } from '../output/terminal.ts';
import { replaceFile } from '../replace-file.ts';
import type { Run } from '../run.ts';
import { FoundErrors, readPolicyText, requireConfig, resolveWithin } from '../workspace.ts';

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
  const { text, warnings } = compiledText(path, config, dirname(configPath), options.emit);
  if (options.format === 'human' && warnings !== '') terminal.err(warnings);
  if (options.output === undefined) terminal.out(text.trimEnd());
  else replaceFile(options.output, text);
  return exitCodes.ok;
}

function compiledText(
  path: string,
  config: GatewayConfig,
  root: string,
  emit: Options['emit'],
): { readonly text: string; readonly warnings: string } {
  const { environment, compiledFor } = notingReads(config.environment);
  const { value, diagnostics } = compileSource(readPolicyText(path), environment, resolveWithin(root));
  if (!value) throw new FoundErrors(diagnostics);
  const { program } = value;
  const warnings = diagnostics.length > 0 ? renderDiagnostics(diagnostics) : '';
  if (emit === 'jsonlogic') return { text: writeLines(exportJsonLogic(program)), warnings };
  if (depthOf(program) >= deepestCompiled) {
    throw new CommandError(`${path} has conditions that nest too deep for a compiled file; write them in fewer steps`);
  }
  return { text: writeCompiled(program, compiledFor(program)), warnings };
}
