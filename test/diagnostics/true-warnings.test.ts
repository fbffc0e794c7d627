import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { openConditions } from '../../src/compile/rules/open-conditions.ts';
import { reachableRoutes } from '../../src/compile/rules/reachable-routes.ts';
import { decide } from '../../src/decide/decide.ts';
import type { Facts } from '../../src/decide/facts.ts';
import { interpretCondition } from '../../src/decide/interpret.ts';
import type { Diagnostic } from '../../src/diagnostics/diagnostic.ts';
import type { CheckedPolicy } from '../../src/semantics/typed.ts';
import { arbitraryScenario } from '../support/arbitrary-rules.ts';
import { type CompiledScenario, compileScenario } from '../support/compile-scenario.ts';
import { runs } from '../support/runs.ts';

/** The rules whose condition stands at a place. */
function rulesAt(policy: CheckedPolicy, { primary: { span } }: Diagnostic) {
  const { constraints, choices, counters, caps, caches, guards, sets, tags, mirrors } = policy;
  const rules = [...constraints, ...choices, ...counters, ...caps, ...caches, ...guards, ...sets, ...tags, ...mirrors];
  return rules.filter(
    ({ when }) => when?.span.source === span.source && when.span.start === span.start && when.span.end === span.end,
  );
}

/** Whether what is said of a condition is so for every request that was generated, and for every model it may speak of. */
function isTrueOf({ checked, requests }: CompiledScenario, finding: Diagnostic): boolean {
  return rulesAt(checked, finding).some((rule) => {
    // The condition of `require` is held turned round.
    const isTurned = 'code' in rule && rule.code === 'required';
    const perModel = 'perAttempt' in rule ? rule.perAttempt : rule.kind === 'deny-model';
    const models = perModel ? [...checked.environment.models.keys()] : [undefined];
    const expected = (finding.code === 'always-holds') !== isTurned;
    const answer = (facts: Facts, model: number | undefined) =>
      rule.when !== null && interpretCondition({ environment: checked.environment, facts, model }, rule.when);
    return requests.every((facts) => models.every((model) => answer(facts, model) === expected));
  });
}

describe('what is said of the conditions and the routes of a policy of any kind', () => {
  it('is so for every request', () => {
    let said = 0;
    fc.assert(
      fc.property(arbitraryScenario, (scenario) => {
        const policy = compileScenario(scenario);
        if (!('requests' in policy)) return;
        const { checked, program, requests } = policy;
        for (const finding of openConditions(checked, program)) {
          said += 1;
          expect(isTrueOf(policy, finding), `${finding.code}: ${finding.primary.span.start}\n${scenario.text}`).toBe(
            true,
          );
        }
        const taken = new Set(requests.map((facts) => decide(program, facts).route));
        for (const finding of reachableRoutes(checked, program, program.tables)) {
          said += 1;
          const route = checked.choices.find(({ nameSpan }) => nameSpan === finding.primary.span);
          expect(taken.has(route?.id ?? ''), `${route?.id} is taken\n${scenario.text}`).toBe(false);
        }
      }),
      { numRuns: runs(300) },
    );
    expect(said, 'findings among the generated policies').toBeGreaterThan(10);
  });
});
