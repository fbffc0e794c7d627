import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decide } from '../../src/decide/decide.ts';
import type { Caps, Decision, GuardObligation } from '../../src/decide/decision.ts';
import { arbitraryExtended, arbitraryReordered, arbitraryScenario, type Scenario } from '../support/arbitrary-rules.ts';
import { compileScenario } from '../support/compile-scenario.ts';
import { runs } from '../support/runs.ts';

/** What a policy decides for each request; nothing where it does not compile. */
function decisionsOf(scenario: Scenario): Decision[] {
  const policy = compileScenario(scenario);
  return 'requests' in policy ? policy.requests.map((facts) => decide(policy.program, facts)) : [];
}

/** The decisions of two policies, request by request, where both compile. */
function pairs([one, other]: readonly [Scenario, Scenario]): (readonly [Decision, Decision])[] {
  const second = decisionsOf(other);
  return decisionsOf(one).flatMap((first, index) => {
    const found = second[index];
    return found ? [[first, found] as const] : [];
  });
}

const deniedBy = ({ removed }: Decision) => [...new Set(removed.map(({ model }) => model))];

describe('a denied model', () => {
  it('is in no attempt and in no mirror', () => {
    fc.assert(
      fc.property(arbitraryScenario, (scenario) => {
        for (const decision of decisionsOf(scenario)) {
          const seen = [...decision.attempts, ...decision.obligations.mirrors].map(({ model }) => model);
          expect(seen.filter((model) => deniedBy(decision).includes(model))).toEqual([]);
        }
      }),
      { numRuns: runs(50) },
    );
  });
});

const amount = (written: number | string | undefined): number =>
  written === undefined ? Number.POSITIVE_INFINITY : Number(String(written).replace('$', ''));

const milliseconds: Readonly<Record<string, number>> = { '250ms': 250, '30s': 30_000, '1m': 60_000 };
const time = ({ time: written }: Caps) =>
  written === undefined ? Number.POSITIVE_INFINITY : (milliseconds[written] ?? 0);

function expectNoHigher(before: Caps, after: Caps): void {
  expect(amount(after.output)).toBeLessThanOrEqual(amount(before.output));
  expect(amount(after.cost)).toBeLessThanOrEqual(amount(before.cost));
  expect(time(after)).toBeLessThanOrEqual(time(before));
}

const actions = ['observe', 'redact', 'block'];
const streams = ['null', '"observe"', '{"windowBytes":64}', '{"windowBytes":1000}', '"buffer"'];

function expectNoWeaker(before: readonly GuardObligation[], after: readonly GuardObligation[]): void {
  for (const guard of before) {
    const same = after.find(({ name, on }) => name === guard.name && on === guard.on);
    expect(actions.indexOf(same?.action ?? '')).toBeGreaterThanOrEqual(actions.indexOf(guard.action));
    expect(streams.indexOf(JSON.stringify(same?.stream))).toBeGreaterThanOrEqual(
      streams.indexOf(JSON.stringify(guard.stream)),
    );
  }
}

describe('one more deny, require, budget, limit, cap or guard', () => {
  it('never admits a request that was refused, never permits a model that was denied, and never raises a bound', () => {
    fc.assert(
      fc.property(arbitraryExtended, (policies) => {
        for (const [before, after] of pairs(policies)) {
          expect(deniedBy(after)).toEqual(expect.arrayContaining(deniedBy(before)));
          if (before.outcome === 'reject') expect(after.outcome).toBe('reject');
          if (after.outcome === 'reject') continue;
          expectNoHigher(before.obligations.caps, after.obligations.caps);
          expectNoWeaker(before.obligations.guards, after.obligations.guards);
          expect(after.obligations.budgets).toEqual(expect.arrayContaining([...before.obligations.budgets]));
          expect(after.obligations.limits).toEqual(expect.arrayContaining([...before.obligations.limits]));
          for (const attempt of after.attempts) {
            const same = before.attempts.find(({ model }) => model === attempt.model);
            if (!same) continue;
            expectNoHigher(same.caps, attempt.caps);
            expectNoWeaker(same.guards, attempt.guards);
            expect(attempt.budgets).toEqual(expect.arrayContaining([...same.budgets]));
            expect(attempt.limits).toEqual(expect.arrayContaining([...same.limits]));
          }
        }
      }),
      { numRuns: runs(70) },
    );
  });
});

/** Lists whose order follows the file, as sets. */
function withoutOrder(value: unknown): unknown {
  if (Array.isArray(value))
    return value
      .map(withoutOrder)
      .map((inner) => JSON.stringify(inner))
      .sort();
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).map(([key, inner]) => [key, withoutOrder(inner)] as const);
  return Object.fromEntries(entries.sort());
}

describe('rules that have names', () => {
  it('say the same in any order, where no plan is in force', () => {
    fc.assert(
      fc.property(arbitraryReordered, (policies) => {
        for (const [one, other] of pairs(policies)) {
          if (one.replacedBy) continue;
          expect(other.outcome).toBe(one.outcome);
          expect(other.route).toBe(one.route);
          expect(withoutOrder(other.reject?.rules)).toEqual(withoutOrder(one.reject?.rules));
          expect(other.attempts.map(withoutOrder)).toEqual(one.attempts.map(withoutOrder));
          expect(withoutOrder(other.obligations)).toEqual(withoutOrder(one.obligations));
          expect(withoutOrder(other.removed)).toEqual(withoutOrder(one.removed));
          expect(withoutOrder(other.shadow)).toEqual(withoutOrder(one.shadow));
        }
      }),
      { numRuns: runs(50) },
    );
  });
});
