import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { arbitraryScenario } from '../support/arbitrary-rules.ts';
import { compileScenario } from '../support/compile-scenario.ts';
import { disagreements } from '../support/disagreements.ts';
import { runs } from '../support/runs.ts';

describe('a policy and facts of any kind', () => {
  it('are decided alike by the meaning, by the tables in every form, and by json-logic-js', () => {
    let compiled = 0;
    let all = 0;
    fc.assert(
      fc.property(arbitraryScenario, (scenario) => {
        all += 1;
        const policy = compileScenario(scenario);
        if (!('requests' in policy)) return;
        compiled += 1;
        expect(disagreements(policy)).toEqual([]);
      }),
      { numRuns: runs(150) },
    );
    expect(compiled / all, 'the share of generated policies that compile').toBeGreaterThan(0.9);
  });
});
