import type { PolicyProgram } from '../compile/program.ts';
import { beginningOf } from '../compile/read-compiled.ts';
import type { ReadPolicy } from '../compile/read-policy.ts';
import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import { errorAt } from '../diagnostics/report.ts';
import type { Source } from '../diagnostics/source.ts';
import type { Span } from '../diagnostics/span.ts';
import type { CheckedPolicy } from '../semantics/typed.ts';

/**
 * Rules that decisions name and that this gateway does not carry out yet. Serving them would promise what nobody keeps, so a
 * policy with any of them is checked, tested and decided with, and not served.
 */
export function notEnforced({ checked, program }: ReadPolicy, source: Source): Diagnostic[] {
  const rules = checked ? unkeptOf(checked) : unkeptIn(program, beginningOf(source));
  return rules.map(({ kind, id, span }) =>
    errorAt('not-enforced', span, `this gateway does not carry out \`${kind}\` yet`, {
      notes: [...(checked ? [] : [`the rule \`${id}\``]), 'a rule that is read and not kept would be worse than none'],
      help: '`check`, `test` and `decide` take the policy as it is; to serve it, leave the rule out',
    }),
  );
}

interface Unkept {
  readonly kind: string;
  readonly id: string;
  readonly span: Span;
}

function unkeptOf(policy: CheckedPolicy): Unkept[] {
  return policy.caches.filter(({ mode }) => mode !== 'off').map(({ id, span }) => ({ kind: 'cache', id, span }));
}

/** The same rules of a compiled policy, which has no places to point at. */
function unkeptIn({ caches }: PolicyProgram, span: Span): Unkept[] {
  const kept = caches.filter(({ cases }) => cases.some(({ payload }) => payload.mode !== 'off'));
  return kept.map(({ id }) => ({ kind: 'cache', id, span }));
}
