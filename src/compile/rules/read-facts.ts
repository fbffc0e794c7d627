import type { Diagnostic } from '../../diagnostics/diagnostic.ts';
import { hintAt } from '../../diagnostics/report.ts';
import type { CheckedPolicy } from '../../semantics/typed.ts';
import type { ProgramContent } from '../program.ts';

/** Of the facts that a test gives, the decision depends on some: others may stand beside them to show that they do not matter. */
export function readFacts({ tests }: CheckedPolicy, { facts, requiredFacts, zones }: ProgramContent): Diagnostic[] {
  const read = new Set([...facts.map(({ key }) => key), ...requiredFacts, ...(zones.length > 0 ? ['now'] : [])]);
  return tests.flatMap(({ givenSpans }) => {
    const [first, ...others] = givenSpans;
    if (!first || [...givenSpans.keys()].some((key) => read.has(key))) return [];
    const [key, span] = first;
    const what = others.length === 0 ? `\`${key}\`` : 'anything that is given here';
    return [
      hintAt('fact-not-read', span, `the policy never reads ${what}, so this test does not depend on it`, {
        help: 'give the fact that was meant, or none',
      }),
    ];
  });
}
