/** What the command's exit status says. */
export const exitCodes = {
  /** It holds. */
  ok: 0,
  /** It does not: errors were found, or something differs. */
  failed: 1,
  /** Wrong usage, or input that cannot be read. */
  usage: 2,
  /** A bug of ours. */
  bug: 3,
} as const;

export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];

/** Ends a command with a message for its user. */
export class CommandError extends Error {
  readonly exitCode: ExitCode;

  constructor(message: string, exitCode: ExitCode = exitCodes.usage) {
    super(message);
    this.name = 'CommandError';
    this.exitCode = exitCode;
  }
}
