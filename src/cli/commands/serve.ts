import type { Command } from 'commander';
import type { Run } from '../run.ts';
import type { ServeOptions } from '../serve/serve.ts';

/** `serve`: the gateway, until it is told to stop. */
export function serveCommand(program: Command, run: Run): void {
  program
    .command('serve')
    .description('run the gateway')
    .option('--port <port>', 'in place of the config’s')
    .option('--workers <count>', 'so many processes that share the port and count together')
    .action((_, command: Command) =>
      run(async (terminal) => {
        // A third of all modules, which no other command needs.
        const { serve } = await import('../serve/serve.ts');
        return serve(terminal, command.optsWithGlobals<ServeOptions>());
      }),
    );
}
