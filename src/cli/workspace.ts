import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { isCompiled } from '../compile/read-compiled.ts';
import { type ReadPolicy, readPolicy } from '../compile/read-policy.ts';
import type { OpenFile } from '../config/catalogue.ts';
import type { GatewayConfig } from '../config/config.ts';
import { readConfig } from '../config/read-config.ts';
import { type Diagnostic, hasErrors, type Parsed } from '../diagnostics/diagnostic.ts';
import { createSource, type Source } from '../diagnostics/source.ts';
import type { Environment } from '../semantics/environment.ts';
import type { ResolveParent } from '../semantics/link-layers.ts';
import { CommandError } from './exit.ts';

const configName = 'gateway.config.yaml';

/** The config to use: the one named, else the nearest upwards from the working directory. */
export function findConfig(named: string | undefined): string {
  const found = findConfigHere(named);
  if (found !== undefined) return found;
  throw new CommandError(
    `no ${configName} here or in any folder above; \`llmpolicy init\` writes one, --config names another`,
  );
}

/** The same, for what can do without one. */
export function findConfigHere(named: string | undefined): string | undefined {
  if (named !== undefined) return named;
  for (let folder = process.cwd(); ; folder = dirname(folder)) {
    const path = join(folder, configName);
    if (existsSync(path)) return path;
    if (folder === dirname(folder)) return undefined;
  }
}

/** The text of a policy, for what a compiled one cannot give. */
export function readPolicyText(path: string): Source {
  const source = readSource(path);
  if (!isCompiled(source)) return source;
  throw new CommandError(`${source.name} is a compiled policy; this needs the text that it was compiled from`);
}

/** A file's text, named as a user in the working directory would name it. */
export function readSource(path: string): Source {
  return createSource(shownPath(path), readText(path));
}

export function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw new CommandError(`cannot read ${path}: ${reason(error)}`);
  }
}

function shownPath(path: string): string {
  const fromHere = relative(process.cwd(), resolve(path));
  return fromHere === '' || fromHere.startsWith('..') ? resolve(path) : fromHere;
}

const reasons: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file',
  EISDIR: 'it is a folder',
  EACCES: 'no permission',
};

function reason(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  return reasons[code] ?? (error instanceof Error ? error.message : String(error));
}

export interface LoadedConfig extends Parsed<GatewayConfig> {
  readonly path: string;
  /** It, and the files that it was read from beside it. */
  readonly files: readonly string[];
}

export function loadConfig(named: string | undefined): LoadedConfig {
  const path = findConfig(named);
  const files = [path];
  return { path, files, ...readConfig(readSource(path), process.env, openBeside(path, files)) };
}

/** Finds the files that a config names, and notes them. */
function openBeside(configPath: string, found: string[]): OpenFile {
  return (written) => {
    const path = resolve(dirname(configPath), written);
    found.push(path);
    try {
      return createSource(shownPath(path), readFileSync(path, 'utf8'));
    } catch (error) {
      return { problem: reason(error) };
    }
  };
}

/** The config, or the end of the command with its errors. */
export function requireConfig(
  named: string | undefined,
): Pick<LoadedConfig, 'path' | 'files'> & { readonly config: GatewayConfig } {
  const { value, diagnostics, path, files } = loadConfig(named);
  if (!value || hasErrors(diagnostics)) throw new FoundErrors(diagnostics);
  return { config: value, path, files };
}

/** Ends a command that cannot go on: the text that it was given has errors. */
export class FoundErrors extends Error {
  readonly diagnostics: readonly Diagnostic[];

  constructor(diagnostics: readonly Diagnostic[]) {
    super('errors were found');
    this.diagnostics = diagnostics;
  }
}

/** A policy, from its text or compiled, or the end of the command with its errors. */
export function requirePolicy(path: string, environment: Environment, root: string): ReadPolicy {
  const { value, diagnostics } = readPolicy(readSource(path), environment, resolveWithin(root));
  if (!value) throw new FoundErrors(diagnostics);
  return value;
}

/** Finds the files that policies extend, below the folder of the config and nowhere else. */
export function resolveWithin(root: string): ResolveParent {
  const folder = resolve(root);
  return (from, written) => {
    const path = resolve(dirname(from.name), written);
    if (path !== folder && !path.startsWith(`${folder}${sep}`)) {
      return { problem: `it lies outside ${shownPath(folder)}, the folder of the config` };
    }
    try {
      return createSource(shownPath(path), readFileSync(path, 'utf8'));
    } catch (error) {
      return { problem: reason(error) };
    }
  };
}

/** The same, keeping the names of the files that were found. */
export function notingParents(resolve: ResolveParent): {
  readonly resolve: ResolveParent;
  readonly found: ReadonlySet<string>;
} {
  const found = new Set<string>();
  return {
    found,
    resolve: (from, written) => {
      const parent = resolve(from, written);
      if ('name' in parent) found.add(parent.name);
      return parent;
    },
  };
}

/** The files of the policies that a config names, each once. */
export function policyPaths({ policies }: Pick<GatewayConfig, 'policies'>, configPath: string): readonly string[] {
  return [...new Set(policies.map(({ path }) => resolve(dirname(configPath), path)))];
}

/** Policy files at a path: the file itself, or all below a folder in the order of their names. */
export function policyFiles(path: string): string[] {
  if (!existsSync(path)) throw new CommandError(`cannot read ${path}: there is no such file or folder`);
  if (!statSync(path).isDirectory()) return [path];
  const found = readdirSync(path, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.llmpolicy') && !name.includes('node_modules'))
    .sort()
    .map((name) => join(path, name));
  if (found.length === 0) throw new CommandError(`there is no .llmpolicy file in ${path}`);
  return found;
}
