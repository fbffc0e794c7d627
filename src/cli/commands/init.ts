import { copyFileSync, existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Command } from 'commander';
import { CommandError, type ExitCode, exitCodes } from '../exit.ts';
import type { Terminal } from '../output/terminal.ts';
import { packageFolder } from '../package-folder.ts';
import type { Run } from '../run.ts';

/** Files of the package that a new project begins with, by the place that they get there. */
const starterFiles = ['gateway.config.yaml', 'policies/starter.llmpolicy', 'policies/starter.llmtest'];

const workflow = `name: policies
on: [pull_request]
jobs:
  check:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v4
      - uses: actions/setup-node@v4
        with: { node-version: 24 }
      - run: npx llmpolicy check policies --format github
      - run: npx llmpolicy test policies
`;

/** `init [DIR]`: a config, a policy with tests, and a CI snippet to start from. Never overwrites a file. */
export function initCommand(program: Command, run: Run): void {
  program
    .command('init')
    .description('write a starter config, policy, tests and CI snippet')
    .argument('[dir]', 'where to', '.')
    .action((folder: string) => run((terminal) => init(terminal, folder)));
}

function init(terminal: Terminal, folder: string): ExitCode {
  const files = new Map([...starterFiles, '.github/workflows/policies.yml'].map((name) => [name, join(folder, name)]));
  const taken = [...files.values()].filter((path) => existsSync(path));
  if (taken.length > 0) throw new CommandError(`${taken.join(', ')} exists already; nothing was written`);
  for (const [name, path] of files) {
    write(name, path);
    terminal.out(`wrote ${path}`);
  }
  const inside = folder === '.' ? '' : `cd ${folder} && `;
  terminal.out(`\ntry it: ${inside}npx llmpolicy check && npx llmpolicy test && npx llmpolicy serve`);
  return exitCodes.ok;
}

function write(name: string, path: string): void {
  const original = starterFiles.includes(name) ? join(packageFolder('policies', 'starter.llmpolicy'), name) : undefined;
  try {
    mkdirSync(dirname(path), { recursive: true });
    if (original === undefined) writeFileSync(path, workflow);
    else copyFileSync(original, path);
  } catch (error) {
    throw new CommandError(`cannot write ${path}: ${error instanceof Error ? error.message : String(error)}`);
  }
}
