import { dirname } from 'node:path';
import type { Command } from 'commander';
import { createLedger } from '../../assemble-ledger.ts';
import { createStore } from '../../assemble-store.ts';
import type { GatewayConfig } from '../../config/config.ts';
import { viewEntry } from '../../gateway/view-entry.ts';
import { type Ledger, mostInPage } from '../../ledger/ledger.ts';
import { forgetSums } from '../../stores/forget-sums.ts';
import { CommandError, type ExitCode, exitCodes } from '../exit.ts';
import { openForCommand } from '../open-for-command.ts';
import type { Terminal } from '../output/terminal.ts';
import type { Run } from '../run.ts';
import { requireConfig } from '../workspace.ts';
import { requireInstant } from './usage.ts';

interface Options {
  readonly config?: string;
  readonly since: string;
  readonly until?: string;
  readonly user: string;
}

/** `ledger`: what the gateway keeps of its requests. */
export function ledgerCommand(program: Command, run: Run): void {
  const ledger = program.command('ledger').description('what the gateway keeps of its requests');
  ledger
    .command('export')
    .description('entries as lines of JSON, newest first')
    .option('--since <time>', 'a duration like 7d, or a time of UTC like 2026-01-05', '30d')
    .option('--until <time>', 'the same (default: now)')
    .action((_, command: Command) => run((terminal) => exportEntries(terminal, command.optsWithGlobals<Options>())));
  ledger
    .command('forget')
    .description('remove every entry of a user, and the user from the sums')
    .requiredOption('--user <user>', 'as the key says, or as requests claim')
    .action((_, command: Command) => run((terminal) => forget(terminal, command.optsWithGlobals<Options>())));
}

async function exportEntries(terminal: Terminal, options: Options): Promise<ExitCode> {
  const now = Date.now();
  const since = requireInstant('--since', options.since, now);
  const until = options.until === undefined ? now + 1 : requireInstant('--until', options.until, now);
  return withLedger(options, async (ledger) => {
    let after: string | null = null;
    do {
      const page = await ledger.page({ filter: {}, since, until, size: mostInPage, after });
      for (const entry of page.entries) terminal.out(JSON.stringify(viewEntry(entry)));
      after = page.next;
    } while (after !== null);
  });
}

async function forget(terminal: Terminal, options: Options): Promise<ExitCode> {
  return withLedger(options, async (ledger, config, folder) => {
    let entries = 0;
    for (let more = true; more; ) {
      const step = await ledger.forget(options.user);
      entries += step.forgotten;
      more = step.more;
    }
    const store = await createStore(config.store, folder);
    const sums = await forgetSums(store.sums, 'user', options.user, Date.now()).finally(() => store.close());
    terminal.err(`forgotten: ${entries} entries of the ledger; ${sums} sums no longer name the user`);
  });
}

async function withLedger(
  options: Options,
  work: (ledger: Ledger, config: GatewayConfig, folder: string) => Promise<void>,
): Promise<ExitCode> {
  const { config, path } = requireConfig(options.config);
  const folder = dirname(path);
  if (config.ledger.url === 'off') throw new CommandError('the config says `ledger: off`: nothing is kept');
  return openForCommand(async () => {
    const ledger = await createLedger(config.ledger.url, folder);
    try {
      await work(ledger, config, folder);
      return exitCodes.ok;
    } finally {
      await ledger.close();
    }
  });
}
