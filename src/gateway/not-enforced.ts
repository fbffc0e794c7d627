import type { PolicyProgram } from '../compile/program.ts';
import { beginningOf } from '../compile/read-compiled.ts';
import type { ReadPolicy } from '../compile/read-policy.ts';
import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import { errorAt } from '../diagnostics/report.ts';
import type { Source } from '../diagnostics/source.ts';
import type { Span } from '../diagnostics/span.ts';
import type { Environment } from '../semantics/environment.ts';
import type { CheckedPolicy } from '../semantics/typed.ts';

/**
 * Rules that decisions name and that a gateway with this config cannot carry out. Serving them would promise what nobody keeps, so a
 * policy with any of them is checked, tested and decided with, and not served.
 */
export function notEnforced(
  { checked, program }: ReadPolicy,
  source: Source,
  { embedder }: Pick<Environment, 'embedder'>,
): Diagnostic[] {
  if (embedder !== undefined) return [];
  const rules = checked ? semanticOf(checked) : semanticIn(program, beginningOf(source));
  return rules.map(({ id, span }) =>
    errorAt('not-enforced', span, 'this gateway has no model to compare texts by', {
      notes: [...(checked ? [] : [`the rule \`${id}\``]), 'a rule that is read and not kept would be worse than none'],
      help: 'name one in the config, `cache: { semantic: { model: … } }`, or write `cache exact`',
    }),
  );
}

interface Unkept {
  readonly id: string;
  readonly span: Span;
}

function semanticOf(policy: CheckedPolicy): readonly Unkept[] {
  return policy.caches.filter(({ mode }) => mode === 'semantic');
}

/** The same rules of a compiled policy, which has no places to point at. */
function semanticIn({ caches }: PolicyProgram, span: Span): readonly Unkept[] {
  const semantic = caches.filter(({ cases }) => cases.some(({ payload }) => payload.mode === 'semantic'));
  return semantic.map(({ id }) => ({ id, span }));
}
