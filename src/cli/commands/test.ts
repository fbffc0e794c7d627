import { existsSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Command } from 'commander';
import { compileSource } from '../../compile/compile-source.ts';
import type { GatewayConfig } from '../../config/config.ts';
import { coverable, covered } from '../../decide/coverage.ts';
import { runTest } from '../../decide/run-test.ts';
import { type ExitCode, exitCodes } from '../exit.ts';
import { type Format, requireFormat } from '../output/format.ts';
import { renderJunit } from '../output/junit.ts';
import type { Terminal } from '../output/terminal.ts';
import { type PolicyResults, renderResults, resultsJson } from '../output/test-results.ts';
import type { Run } from '../run.ts';
import {
  FoundErrors,
  policyFiles,
  policyPaths,
  readPolicyText,
  readSource,
  requireConfig,
  resolveWithin,
} from '../workspace.ts';

interface Options {
  readonly config?: string;
  readonly format: Format;
  readonly coverage?: boolean;
}

/** `test [PATH…]`: the `test` blocks of policies, and those of the `.llmtest` file beside each. */
export function testCommand(program: Command, run: Run): void {
  program
    .command('test')
    .description('run the tests of policies, offline')
    .argument('[path...]', 'policy files, or folders of them (default: those that the config names)')
    .option('--coverage', 'name the rules, routes and branches that no test brought to bear')
    .action((paths: string[], _, command: Command) =>
      run((terminal) => test(terminal, paths, command.optsWithGlobals<Options>())),
    );
}

function test(terminal: Terminal, paths: readonly string[], options: Options): ExitCode {
  const format = requireFormat(options.format, ['human', 'json', 'junit']);
  const { config, path } = requireConfig(options.config);
  const files = paths.length > 0 ? paths.flatMap(policyFiles) : policyPaths(config, path);
  const all = files.map((file) => testPolicy(file, config, dirname(path), options.coverage === true));
  const ok = all.every(({ results }) => results.every(({ failures }) => failures.length === 0));
  if (format === 'junit') terminal.out(renderJunit(all));
  else if (format === 'json') terminal.out(JSON.stringify({ ok, policies: resultsJson(all) }, null, 2));
  else terminal.out(renderResults(all));
  return ok ? exitCodes.ok : exitCodes.failed;
}

function testPolicy(file: string, config: GatewayConfig, root: string, coverage: boolean): PolicyResults {
  const beside = file.replace(/\.llmpolicy$/, '.llmtest');
  const source = readPolicyText(file);
  const tests = beside !== file && existsSync(beside) ? readSource(beside) : undefined;
  const { value, diagnostics } = compileSource(source, config.environment, resolveWithin(root), tests);
  if (!value) throw new FoundErrors(diagnostics);
  const results = value.checked.tests.map((found) => runTest(value, found));
  const seen = new Set(results.flatMap(({ facts }) => covered(value.program, facts)));
  const uncovered = coverage ? coverable(value.program).filter((rule) => !seen.has(rule)) : null;
  return { file: source.name, policy: value.checked.name, results, uncovered };
}
