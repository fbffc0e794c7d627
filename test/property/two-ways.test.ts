import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decide } from '../../src/decide/decide.ts';
import { interpretPolicy } from '../../src/decide/interpret-policy.ts';
import { arbitraryScenario } from '../support/arbitrary-rules.ts';
import { type CompiledScenario, compileScenario } from '../support/compile-scenario.ts';
import { runs } from '../support/runs.ts';

/** What the meaning and the compiled way answer to each request. */
function bothWays({ checked, program, requests }: CompiledScenario) {
  return requests.map((facts) => ({
    meant: interpretPolicy(checked, program.digest, facts),
    decided: decide(program, facts),
  }));
}

describe('a policy and facts of any kind', () => {
  it('are decided alike by the meaning, read from the typed rules, and by the compiled program', () => {
    let compiled = 0;
    let all = 0;
    fc.assert(
      fc.property(arbitraryScenario, (scenario) => {
        all += 1;
        const policy = compileScenario(scenario);
        if (!('requests' in policy)) return;
        compiled += 1;
        for (const { meant, decided } of bothWays(policy)) {
          expect(decided, `decided: ${JSON.stringify(decided)}\nmeant: ${JSON.stringify(meant)}`).toEqual(meant);
        }
      }),
      { numRuns: runs(300) },
    );
    expect(compiled / all, 'the share of generated policies that compile').toBeGreaterThan(0.9);
  });
});
