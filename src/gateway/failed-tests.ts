import type { ReadPolicy } from '../compile/read-policy.ts';
import { runTest } from '../decide/run-test.ts';
import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import { errorAt } from '../diagnostics/report.ts';

/** The expectations of a policy's own tests that do not hold. A compiled policy has none: they were left with its text. */
export function failedTests({ checked, program }: ReadPolicy): readonly Diagnostic[] {
  if (checked === null) return [];
  return checked.tests
    .flatMap((test) => runTest({ checked, program }, test))
    .flatMap(({ test, failures }) =>
      failures.map(({ span, expected, actual }) =>
        errorAt('test-failed', span, `the test “${test.title}” fails`, {
          notes: [`expected  ${expected}`, `got       ${actual}`],
          help: 'mend the rule, or the test: `llmpolicy test` says why it came out so',
        }),
      ),
    );
}
