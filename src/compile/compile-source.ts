import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import { hasErrors } from '../diagnostics/diagnostic.ts';
import type { Source } from '../diagnostics/source.ts';
import { checkPolicy } from '../semantics/check-policy.ts';
import type { Environment } from '../semantics/environment.ts';
import type { CheckedPolicy } from '../semantics/typed.ts';
import { parsePolicy } from '../syntax/parse-policy.ts';
import { compilePolicy } from './compile-policy.ts';
import type { PolicyProgram } from './program.ts';

/** A policy that may be served: what explains decisions, and what takes them. */
export interface CompiledPolicy {
  readonly checked: CheckedPolicy;
  readonly program: PolicyProgram;
}

/**
 * The whole way from text to program. `value` is there only without errors; `diagnostics` holds all findings of all phases, in
 * the order of their places.
 */
export function compileSource(
  source: Source,
  environment: Environment,
): { readonly value: CompiledPolicy | undefined; readonly diagnostics: readonly Diagnostic[] } {
  const parsed = parsePolicy(source);
  const checked = parsed.value && checkPolicy(parsed.value, environment);
  const diagnostics = [...parsed.diagnostics, ...(checked?.diagnostics ?? [])].sort(
    (a, b) => a.primary.span.start - b.primary.span.start,
  );
  if (hasErrors(diagnostics) || !checked?.value) return { value: undefined, diagnostics };
  return { value: { checked: checked.value, program: compilePolicy(checked.value) }, diagnostics };
}
