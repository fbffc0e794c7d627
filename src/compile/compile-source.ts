import { type Diagnostic, hasErrors, type Parsed } from '../diagnostics/diagnostic.ts';
import type { Source } from '../diagnostics/source.ts';
import { checkPolicy } from '../semantics/check-policy.ts';
import type { Environment } from '../semantics/environment.ts';
import { linkLayers, noParents, type ResolveParent } from '../semantics/link-layers.ts';
import type { CheckedPolicy } from '../semantics/typed.ts';
import { compilePolicy } from './compile-policy.ts';
import type { PolicyProgram } from './program.ts';

/** A policy that may be served: what explains decisions, and what takes them. */
export interface CompiledPolicy {
  readonly checked: CheckedPolicy;
  readonly program: PolicyProgram;
}

/**
 * The whole way from text to program. `value` is there only without errors; `diagnostics` holds all findings of all phases, file
 * by file in the order of their places. `tests` is the text of further tests of the policy, a `.llmtest` file.
 */
export function compileSource(
  source: Source,
  environment: Environment,
  resolve: ResolveParent = noParents,
  tests?: Source,
): Parsed<CompiledPolicy> {
  const linked = linkLayers(source, resolve, tests);
  const checked = linked.value && checkPolicy(linked.value, environment);
  const found = [...linked.diagnostics, ...(checked?.diagnostics ?? [])];
  if (hasErrors(found) || !checked?.value) return { value: undefined, diagnostics: inOrder(found) };
  const program = compilePolicy(checked.value);
  const diagnostics = inOrder([...found, ...program.diagnostics]);
  return { value: program.value && { checked: checked.value, program: program.value }, diagnostics };
}

function inOrder(diagnostics: readonly Diagnostic[]): Diagnostic[] {
  const files = [...new Set(diagnostics.map(({ primary }) => primary.span.source))];
  const place = ({ primary }: Diagnostic) => files.indexOf(primary.span.source);
  return diagnostics.toSorted((a, b) => place(a) - place(b) || a.primary.span.start - b.primary.span.start);
}
