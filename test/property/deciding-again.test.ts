import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decide } from '../../src/decide/decide.ts';
import type { Decision } from '../../src/decide/decision.ts';
import type { FactKey, Facts } from '../../src/decide/facts.ts';
import type { CheckedPolicy } from '../../src/semantics/typed.ts';
import type { Value } from '../../src/semantics/types.ts';
import { arbitraryScenario } from '../support/arbitrary-rules.ts';
import { compileScenario } from '../support/compile-scenario.ts';
import { runs } from '../support/runs.ts';

/** The facts that the gateway may have to raise: those of counters that the decision holds the request to. */
function raisable({ budgets, limits }: CheckedPolicy, { obligations }: Decision, facts: Facts): [FactKey, Value][] {
  const nextThreshold = obligations.budgets.flatMap(({ name }): [FactKey, Value][] => {
    const key = `budget.${name}.used`;
    const used = Number(facts.get(key) ?? 0);
    const thresholds = budgets.find(({ id }) => id === name)?.thresholds ?? [];
    const next = thresholds.find(({ at, effect }) => effect.kind !== 'notify' && at > used);
    return next ? [[key, next.at]] : [];
  });
  const open = limits.filter(({ id }) => obligations.limits.some(({ name }) => name === id));
  const exhausted = open.map(({ id }): [FactKey, Value] => [`limit.${id}.exhausted`, true]);
  return [...nextThreshold, ...exhausted.filter(([key]) => facts.get(key) !== true)];
}

describe('deciding again when reservations fail', () => {
  it('ends, after at most one decision per threshold and limit', () => {
    fc.assert(
      fc.property(arbitraryScenario, fc.array(fc.nat(99), { minLength: 1, maxLength: 8 }), (scenario, choices) => {
        const policy = compileScenario(scenario);
        if (!('requests' in policy)) return;
        const { checked, program } = policy;
        const most = checked.limits.length + checked.budgets.flatMap(({ thresholds }) => thresholds).length;
        for (let facts of policy.requests) {
          let steps = 0;
          for (;;) {
            const failed = raisable(checked, decide(program, facts), facts);
            const one = failed[(choices[steps % choices.length] ?? 0) % Math.max(1, failed.length)];
            if (!one) break;
            facts = new Map([...facts, one]);
            steps += 1;
            expect(steps).toBeLessThanOrEqual(most);
          }
        }
      }),
      { numRuns: runs(50) },
    );
  });
});
