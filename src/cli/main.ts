import { Command, CommanderError, Option } from 'commander';
import { renderJson } from '../diagnostics/render/json.ts';
import { checkCommand } from './commands/check.ts';
import { compileCommand } from './commands/compile.ts';
import { decideCommand } from './commands/decide.ts';
import { explainCommand } from './commands/explain.ts';
import { fmtCommand } from './commands/fmt.ts';
import { initCommand } from './commands/init.ts';
import { keysCommand } from './commands/keys.ts';
import { ledgerCommand } from './commands/ledger.ts';
import { policyCommand } from './commands/policy.ts';
import { serveCommand } from './commands/serve.ts';
import { testCommand } from './commands/test.ts';
import { usageCommand } from './commands/usage.ts';
import { CommandError, type ExitCode, exitCodes } from './exit.ts';
import { formats } from './output/format.ts';
import { processTerminal, renderDiagnostics, type Terminal } from './output/terminal.ts';
import type { Run } from './run.ts';
import { version } from './version.ts';
import { FoundErrors } from './workspace.ts';

/** Runs the command line and says how the process should end. Never throws. */
export async function main(words: readonly string[], terminal: Terminal = processTerminal): Promise<ExitCode> {
  let exitCode: ExitCode = exitCodes.ok;
  const run: Run = async (work) => {
    exitCode = await work(terminal);
  };
  const program = new Command('llmpolicy')
    .description('An LLM gateway whose rules are a policy language')
    .version(version)
    .option('--config <file>', 'the config (default: the nearest gateway.config.yaml upwards)')
    .addOption(new Option('--format <format>', 'how results are printed').choices(formats).default('human'))
    .exitOverride()
    .configureOutput({
      writeOut: (text) => terminal.out(text.trimEnd()),
      writeErr: (text) => terminal.err(text.trimEnd()),
    })
    .showSuggestionAfterError();
  for (const define of [
    initCommand,
    checkCommand,
    fmtCommand,
    testCommand,
    decideCommand,
    compileCommand,
    explainCommand,
    serveCommand,
    usageCommand,
    ledgerCommand,
    keysCommand,
    policyCommand,
  ])
    define(program, run);
  inheritSettings(program);
  try {
    await program.parseAsync(words, { from: 'user' });
    return exitCode;
  } catch (error) {
    return explainFailure(error, terminal, words);
  }
}

function inheritSettings(parent: Command): void {
  for (const command of parent.commands) {
    command.copyInheritedSettings(parent);
    inheritSettings(command);
  }
}

function explainFailure(error: unknown, terminal: Terminal, words: readonly string[]): ExitCode {
  // commander has printed its message; help and --version end with 0.
  if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.ok : exitCodes.usage;
  if (error instanceof CommandError) {
    terminal.err(`llmpolicy: ${error.message}`);
    return error.exitCode;
  }
  if (error instanceof FoundErrors) {
    const json = words.includes('json') || words.includes('--format=json');
    if (json) terminal.out(JSON.stringify({ ok: false, diagnostics: error.diagnostics.map(renderJson) }, null, 2));
    else terminal.err(renderDiagnostics(error.diagnostics));
    return exitCodes.failed;
  }
  const said = error instanceof Error ? error.message : String(error);
  terminal.err(`llmpolicy: this is a bug of llmpolicy, please report it: ${said}`);
  if (process.env['LLMPOLICY_DEBUG'] && error instanceof Error) terminal.err(error.stack ?? '');
  return exitCodes.bug;
}
