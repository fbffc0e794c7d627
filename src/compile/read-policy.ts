import type { Parsed } from '../diagnostics/diagnostic.ts';
import type { Source } from '../diagnostics/source.ts';
import type { Environment } from '../semantics/environment.ts';
import type { FactNames } from '../semantics/fact-types.ts';
import type { ResolveParent } from '../semantics/link-layers.ts';
import type { CheckedPolicy } from '../semantics/typed.ts';
import { compileSource } from './compile-source.ts';
import type { PolicyProgram } from './program.ts';
import { isCompiled, readCompiled } from './read-compiled.ts';

/** A policy that can be decided with. */
export interface ReadPolicy {
  readonly program: PolicyProgram;
  /** What explains decisions: null of a compiled policy, which has no text. */
  readonly checked: CheckedPolicy | null;
}

/** A policy from its text, or from a file that `compile` wrote. */
export function readPolicy(source: Source, environment: Environment, resolve: ResolveParent): Parsed<ReadPolicy> {
  if (!isCompiled(source)) return compileSource(source, environment, resolve);
  const { value: program, diagnostics } = readCompiled(source, environment);
  return { value: program && { program, checked: null }, diagnostics };
}

/** The names of the facts of a program, as its text gave them. */
export function factNamesOf({ budgets, limits, choices, mirrors }: PolicyProgram, environment: Environment): FactNames {
  return {
    environment,
    budgets,
    limits,
    choices: choices.map(({ name: id, to }) => ({ id, kind: to.kind === 'split' ? 'split' : 'route' })),
    mirrors,
  };
}
