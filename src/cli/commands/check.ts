import { dirname } from 'node:path';
import type { Command } from 'commander';
import { compileSource } from '../../compile/compile-source.ts';
import type { GatewayConfig } from '../../config/config.ts';
import { type Diagnostic, hasErrors } from '../../diagnostics/diagnostic.ts';
import { renderGithub } from '../../diagnostics/render/github.ts';
import { renderJson } from '../../diagnostics/render/json.ts';
import { renderSarif } from '../../diagnostics/render/sarif.ts';
import type { Source } from '../../diagnostics/source.ts';
import { type ExitCode, exitCodes } from '../exit.ts';
import { type Format, requireFormat } from '../output/format.ts';
import { renderDiagnostics, type Terminal } from '../output/terminal.ts';
import type { Run } from '../run.ts';
import { version } from '../version.ts';
import { loadConfig, notingParents, policyFiles, policyPath, readSource, resolveWithin } from '../workspace.ts';

interface Options {
  readonly config?: string;
  readonly format: Format;
}

/** `check [PATH…]`: everything that is wrong with the config and the policies, in one go. */
export function checkCommand(program: Command, run: Run): void {
  program
    .command('check')
    .description('check policies and the config: syntax, names, types')
    .argument('[path...]', 'policy files, or folders of them (default: the policy that the config names)')
    .action((paths: string[], _, command: Command) =>
      run((terminal) => check(terminal, paths, command.optsWithGlobals<Options>())),
    );
}

/**
 * Each policy as if it were served. What a file says only for those that extend it is no finding where they are checked too;
 * neither is a finding of a parent that its own check reports.
 */
function checkSources(sources: readonly Source[], config: GatewayConfig, root: string): Diagnostic[] {
  const { resolve, found: extended } = notingParents(resolveWithin(root));
  const all = sources.flatMap((source) => compileSource(source, config.environment, resolve).diagnostics);
  const seen = new Set<string>();
  return all.filter(({ code, primary: { span } }) => {
    const key = [code, span.source.name, span.start, span.end].join(' ');
    const forChildren = extended.has(span.source.name) && (code === 'unused-name' || code === 'no-routes');
    const fresh = !seen.has(key) && !forChildren;
    seen.add(key);
    return fresh;
  });
}

function check(terminal: Terminal, paths: readonly string[], options: Options): ExitCode {
  const format = requireFormat(options.format, ['human', 'json', 'github', 'sarif']);
  const { value: config, diagnostics, path } = loadConfig(options.config);
  const found: Diagnostic[] = [...diagnostics];
  const files = paths.length > 0 ? paths.flatMap(policyFiles) : config ? [policyPath(config, path)] : [];
  const sources = files.map(readSource);
  if (config) found.push(...checkSources(sources, config, dirname(path)));
  const ok = !hasErrors(found);
  const results = {
    human: () => (ok ? `${files.length} ${files.length === 1 ? 'policy' : 'policies'} checked, no errors` : ''),
    json: () => JSON.stringify({ ok, diagnostics: found.map(renderJson) }, null, 2),
    github: () => found.map(renderGithub).join('\n'),
    sarif: () => JSON.stringify(renderSarif(found, version), null, 2),
  };
  if (format === 'human' && found.length > 0) terminal.err(renderDiagnostics(found));
  const result = results[format]();
  if (result !== '') terminal.out(result);
  return ok ? exitCodes.ok : exitCodes.failed;
}
