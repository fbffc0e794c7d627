import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Command } from 'commander';
import { diagnosticCodes } from '../../diagnostics/codes.ts';
import { suggest } from '../../diagnostics/suggest.ts';
import { CommandError, type ExitCode, exitCodes } from '../exit.ts';
import { type Format, requireFormat } from '../output/format.ts';
import { renderPage, renderPageList, sentenceOf } from '../output/page.ts';
import type { Terminal } from '../output/terminal.ts';
import { packageFolder } from '../package-folder.ts';
import type { Run } from '../run.ts';

interface Options {
  readonly format: Format;
}

const folder = ['grammar', 'diagnostics'] as const;

/** `explain [CODE]`: what a finding means, with an example and its mend. */
export function explainCommand(program: Command, run: Run): void {
  program
    .command('explain')
    .description('say what the code of a finding means, with an example and its mend')
    .argument('[code]', 'as it stands in brackets: maybe-missing (default: a list of all codes)')
    .action((code: string | undefined, _, command: Command) =>
      run((terminal) => {
        const format = requireFormat(command.optsWithGlobals<Options>().format, ['human', 'json']);
        return code === undefined ? listCodes(terminal, format) : explain(terminal, code, format);
      }),
    );
}

function explain(terminal: Terminal, code: string, format: 'human' | 'json'): ExitCode {
  const known = diagnosticCodes.find((candidate) => candidate === code);
  if (known === undefined) {
    const near = suggest(code, diagnosticCodes);
    const help = near ? `did you mean \`${near}\`?` : '`llmpolicy explain` lists them all';
    throw new CommandError(`no finding has the code \`${code}\`; ${help}`);
  }
  const text = readPage(known);
  terminal.out(format === 'json' ? JSON.stringify({ code: known, text }, null, 2) : renderPage(text));
  return exitCodes.ok;
}

function listCodes(terminal: Terminal, format: 'human' | 'json'): ExitCode {
  const pages = new Map([...diagnosticCodes].sort().map((code) => [code, readPage(code)]));
  const json = () => [...pages].map(([code, page]) => ({ code, title: sentenceOf(page) }));
  terminal.out(format === 'json' ? JSON.stringify(json(), null, 2) : renderPageList(pages));
  return exitCodes.ok;
}

function readPage(code: string): string {
  return readFileSync(join(packageFolder(...folder), ...folder, `${code}.md`), 'utf8');
}
