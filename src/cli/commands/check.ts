import { dirname } from 'node:path';
import type { Command } from 'commander';
import { type ProgramStats, programStats } from '../../compile/program-stats.ts';
import { readPolicy } from '../../compile/read-policy.ts';
import type { GatewayConfig } from '../../config/config.ts';
import { type Overshoot, overshootsOf } from '../../config/overshoot.ts';
import { type Diagnostic, hasErrors } from '../../diagnostics/diagnostic.ts';
import { renderGithub } from '../../diagnostics/render/github.ts';
import { renderJson } from '../../diagnostics/render/json.ts';
import { renderSarif } from '../../diagnostics/render/sarif.ts';
import type { Source } from '../../diagnostics/source.ts';
import { type ExitCode, exitCodes } from '../exit.ts';
import { type Format, requireFormat } from '../output/format.ts';
import { renderOvershoot } from '../output/overshoot.ts';
import { renderStats } from '../output/stats.ts';
import { renderDiagnostics, type Terminal } from '../output/terminal.ts';
import type { Run } from '../run.ts';
import { version } from '../version.ts';
import { loadConfig, notingParents, policyFiles, policyPaths, readSource, resolveWithin } from '../workspace.ts';

interface Options {
  readonly config?: string;
  readonly format: Format;
  readonly stats?: boolean;
}

interface Checked {
  readonly diagnostics: readonly Diagnostic[];
  /** Of those that compile: the compiled form, by file. */
  readonly stats: readonly (ProgramStats & { readonly file: string; readonly overshoots: readonly Overshoot[] })[];
}

/** `check [PATH…]`: everything that is wrong with the config and the policies, in one go. */
export function checkCommand(program: Command, run: Run): void {
  program
    .command('check')
    .description('check policies and the config: syntax, names, types')
    .argument('[path...]', 'policy files, or folders of them (default: those that the config names)')
    .option('--stats', 'show the compiled form: facts, digest, and for each list of rules its form, its size and why')
    .action((paths: string[], _, command: Command) =>
      run((terminal) => check(terminal, paths, command.optsWithGlobals<Options>())),
    );
}

/**
 * Each policy as if it were served. What a file says only for those that extend it is no finding where they are checked too;
 * neither is a finding of a parent that its own check reports.
 */
function checkSources(sources: readonly Source[], config: GatewayConfig, root: string): Checked {
  const { resolve, found: extended } = notingParents(resolveWithin(root));
  const all = sources.map((source) => ({ file: source.name, ...readPolicy(source, config.environment, resolve) }));
  const seen = new Set<string>();
  const isFirst = ({ code, primary: { span } }: Diagnostic): boolean => {
    const key = [code, span.source.name, span.start, span.end].join(' ');
    const forChildren = extended.has(span.source.name) && (code === 'unused-name' || code === 'no-routes');
    const fresh = !seen.has(key) && !forChildren;
    seen.add(key);
    return fresh;
  };
  return {
    diagnostics: all.flatMap(({ diagnostics }) => diagnostics).filter(isFirst),
    stats: all.flatMap(({ file, value }) => {
      const overshoots = value?.checked ? overshootsOf(value.checked, config) : [];
      return value ? [{ file, ...programStats(value.program), overshoots }] : [];
    }),
  };
}

const nothing: Checked = { diagnostics: [], stats: [] };

function check(terminal: Terminal, paths: readonly string[], options: Options): ExitCode {
  const format = requireFormat(options.format, ['human', 'json', 'github', 'sarif']);
  const { value: config, diagnostics, path } = loadConfig(options.config);
  const files = paths.length > 0 ? paths.flatMap(policyFiles) : config ? policyPaths(config, path) : [];
  const sources = files.map(readSource);
  const checked = config ? checkSources(sources, config, dirname(path)) : nothing;
  const found = [...diagnostics, ...checked.diagnostics];
  const ok = !hasErrors(found);
  const stats = options.stats ? checked.stats : [];
  const results = {
    human: () =>
      [
        ...stats.map(({ file, ...of }) => renderStats(file, of)),
        ...checked.stats.flatMap(({ file, overshoots }) =>
          overshoots.map((of) => renderOvershoot(file, of, config?.environment.currency ?? 'USD')),
        ),
        ...(ok ? [`${files.length} ${files.length === 1 ? 'policy' : 'policies'} checked, no errors`] : []),
      ].join('\n'),
    json: () => JSON.stringify({ ok, diagnostics: found.map(renderJson), ...(options.stats && { stats }) }, null, 2),
    github: () => found.map(renderGithub).join('\n'),
    sarif: () => JSON.stringify(renderSarif(found, version), null, 2),
  };
  if (format === 'human' && found.length > 0) terminal.err(renderDiagnostics(found));
  const result = results[format]();
  if (result !== '') terminal.out(result);
  return ok ? exitCodes.ok : exitCodes.failed;
}
