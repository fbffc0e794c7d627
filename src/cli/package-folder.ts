import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { CommandError } from './exit.ts';

/** The nearest folder above this file that holds something of the package, in a checkout and in what is published. */
export function packageFolder(...holding: readonly string[]): string {
  for (let folder = dirname(fileURLToPath(import.meta.url)); ; folder = dirname(folder)) {
    if (existsSync(join(folder, ...holding))) return folder;
    if (folder === dirname(folder))
      throw new CommandError(`${holding.join('/')} is missing from this installation; install llmpolicy again`);
  }
}
