import { CommandError } from '../exit.ts';

/** How results can be printed. Every command prints the first two; the others belong to one command each. */
export const formats = ['human', 'json', 'github', 'sarif', 'junit', 'csv'] as const;

export type Format = (typeof formats)[number];

/** The format that was asked for, if the command prints it. */
export function requireFormat<Printed extends Format>(asked: Format, printed: readonly Printed[]): Printed {
  const found = printed.find((format) => format === asked);
  if (found) return found;
  throw new CommandError(`this command does not print \`--format ${asked}\`; it prints ${printed.join(', ')}`);
}
