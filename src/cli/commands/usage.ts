import { dirname } from 'node:path';
import { type Command, Option } from 'commander';
import { createStore } from '../../assemble-store.ts';
import { instantHelp, readInstant } from '../../gateway/read-instant.ts';
import { dimensionsText, isDimension, readUsage } from '../../gateway/read-usage.ts';
import { CommandError, type ExitCode, exitCodes } from '../exit.ts';
import { openForCommand } from '../open-for-command.ts';
import { type Format, requireFormat } from '../output/format.ts';
import type { Terminal } from '../output/terminal.ts';
import { usageCsv, usageTable } from '../output/usage.ts';
import type { Run } from '../run.ts';
import { requireConfig } from '../workspace.ts';

interface Options {
  readonly config?: string;
  readonly format: Format;
  readonly by?: string;
  readonly since: string;
  readonly until?: string;
}

/** `usage`: what was spent, from the hourly sums of the store. */
export function usageCommand(program: Command, run: Run): void {
  program
    .command('usage')
    .description('requests, tokens and spend, from the hourly sums of the store')
    .addOption(new Option('--by <dimension>', `one row for each: ${dimensionsText}`))
    .option('--since <time>', 'a duration like 7d, or a time of UTC like 2026-01-05', '30d')
    .option('--until <time>', 'the same (default: now)')
    .action((_, command: Command) => run((terminal) => usage(terminal, command.optsWithGlobals<Options>())));
}

async function usage(terminal: Terminal, options: Options): Promise<ExitCode> {
  const { by = null } = options;
  const format = requireFormat(options.format, ['human', 'json', 'csv']);
  if (by !== null && !isDimension(by)) throw new CommandError(`--by ${by} is none of ${dimensionsText}`);
  const now = Date.now();
  const since = requireInstant('--since', options.since, now);
  const until = options.until === undefined ? now : requireInstant('--until', options.until, now);
  const { config, path } = requireConfig(options.config);
  if (config.store.url === 'memory') {
    throw new CommandError('`store: memory` is known to the running gateway alone: ask its /admin/usage');
  }
  const store = await openForCommand(() => createStore(config.store, dirname(path)));
  try {
    const { currency } = config.environment;
    const view = await openForCommand(() => readUsage(store.sums, { since, until, by }, currency));
    if (format === 'json') terminal.out(JSON.stringify(view, null, 2));
    else terminal.out(format === 'csv' ? usageCsv(view, by) : usageTable(view, by));
    return exitCodes.ok;
  } finally {
    await store.close();
  }
}

/** An instant that an option names, in milliseconds since 1970. */
export function requireInstant(option: string, written: string, now: number): number {
  const instant = readInstant(written, now);
  if (instant !== undefined) return instant;
  throw new CommandError(`${option} ${written} is no time: ${instantHelp}`);
}
