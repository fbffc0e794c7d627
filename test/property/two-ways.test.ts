import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { PolicyProgram } from '../../src/compile/program.ts';
import type { Form } from '../../src/compile/rule-index.ts';
import { buildTables } from '../../src/compile/tables.ts';
import { decide } from '../../src/decide/decide.ts';
import { interpretPolicy } from '../../src/decide/interpret-policy.ts';
import { arbitraryScenario } from '../support/arbitrary-rules.ts';
import { type CompiledScenario, compileScenario } from '../support/compile-scenario.ts';
import { runs } from '../support/runs.ts';

/** The program as it is compiled, and with its conditions indexed in each form, chosen or not. */
function everyForm(program: PolicyProgram): PolicyProgram[] {
  const forms: readonly Form[] = ['diagram', 'bits', 'scan'];
  return [program, ...forms.map((form) => ({ ...program, tables: buildTables(program, { form }) }))];
}

/** What the meaning and the compiled way, in every form, answer to each request. */
function bothWays({ checked, program, requests }: CompiledScenario) {
  const programs = everyForm(program);
  return requests.flatMap((facts) => {
    const meant = interpretPolicy(checked, program.digest, facts);
    return programs.map((form) => ({ meant, decided: decide(form, facts) }));
  });
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
