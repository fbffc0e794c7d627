import type { Command } from 'commander';
import { compileSource } from '../../compile/compile-source.ts';
import { type Diagnostic, hasErrors } from '../../diagnostics/diagnostic.ts';
import { renderJson } from '../../diagnostics/render/json.ts';
import { type ExitCode, exitCodes } from '../exit.ts';
import { renderDiagnostics, type Terminal } from '../output/terminal.ts';
import type { Run } from '../run.ts';
import { loadConfig, policyFiles, policyPath, readSource } from '../workspace.ts';

interface Options {
  readonly config?: string;
  readonly format: 'human' | 'json';
}

/** `check [PATH…]`: everything that is wrong with the config and the policies, in one go. */
export function checkCommand(program: Command, run: Run): void {
  program
    .command('check')
    .description('check policies and the config: syntax, names, types')
    .argument('[path...]', 'policy files, or folders of them (default: the policy that the config names)')
    .action((paths: string[], _, command: Command) =>
      run((terminal) => check(terminal, paths, command.optsWithGlobals<Options>())),
    );
}

function check(terminal: Terminal, paths: readonly string[], options: Options): ExitCode {
  const { value: config, diagnostics, path } = loadConfig(options.config);
  const found: Diagnostic[] = [...diagnostics];
  const files = paths.length > 0 ? paths.flatMap(policyFiles) : config ? [policyPath(config, path)] : [];
  const sources = files.map(readSource);
  if (config) found.push(...sources.flatMap((source) => compileSource(source, config.environment).diagnostics));
  const ok = !hasErrors(found);
  if (options.format === 'json') {
    terminal.out(JSON.stringify({ ok, diagnostics: found.map(renderJson) }, null, 2));
  } else {
    if (found.length > 0) terminal.err(renderDiagnostics(found));
    if (ok) terminal.out(`${files.length} ${files.length === 1 ? 'policy' : 'policies'} checked, no errors`);
  }
  return ok ? exitCodes.ok : exitCodes.failed;
}
