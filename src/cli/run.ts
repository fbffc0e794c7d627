import type { ExitCode } from './exit.ts';
import type { Terminal } from './output/terminal.ts';

/** Does a command's work and keeps what its ending says. */
export type Run = (work: (terminal: Terminal) => ExitCode | Promise<ExitCode>) => Promise<void>;
