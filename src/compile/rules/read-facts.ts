import type { Diagnostic } from '../../diagnostics/diagnostic.ts';
import { hintAt } from '../../diagnostics/report.ts';
import type { CheckedPolicy } from '../../semantics/typed.ts';
import type { ProgramContent } from '../program.ts';

/** A test gives facts that decisions depend on. */
export function readFacts({ tests }: CheckedPolicy, { facts, requiredFacts, zones }: ProgramContent): Diagnostic[] {
  const read = new Set([...facts.map(({ key }) => key), ...requiredFacts, ...(zones.length > 0 ? ['now'] : [])]);
  return tests.flatMap(({ givenSpans }) =>
    [...givenSpans]
      .filter(([key]) => !read.has(key))
      .map(([key, span]) =>
        hintAt('fact-not-read', span, `the policy never reads \`${key}\``, {
          help: 'leave it out, or give the fact that was meant',
        }),
      ),
  );
}
