import { describe, expect, it } from 'vitest';
import type { Decision } from '../../src/decide/decision.ts';
import { carryHistory, nextStep } from '../../src/decide/next-step.ts';
import type { AttemptOutcome } from '../../src/decide/outcome.ts';
import { decideRules } from '../support/acme.ts';

const failed = (index: number, failure: AttemptOutcome['failure'] = 'server_error'): AttemptOutcome => {
  return { index, failure, startedAt: 0, endedAt: 10 };
};
const decide = (plan: string, tail = ''): Decision => decideRules(`routes { otherwise use ${plan} ${tail} }`);

describe('an attempt that nothing was left for', () => {
  it('is followed by the next model, whatever `fallback` covers', () => {
    const decision = decide('haiku then opus', 'fallback on { timeout }');
    expect(nextStep(decision, [failed(0, 'not_reserved')], 10)).toEqual({ kind: 'attempt', index: 1 });
    expect(nextStep(decision, [failed(0)], 10)).toEqual({ kind: 'give-up', reason: 'no-fallback' });
  });

  it('is not one of `max` attempts, as no model was called', () => {
    const decision = decide('haiku then opus then mistral-small', 'fallback on { server_error } max 1 attempts');
    const [first] = decision.attempts;
    // The plan is cut after so many models; one that was skipped leaves its place to nobody.
    expect(decision.attempts).toEqual([first]);
    expect(nextStep(decision, [failed(0, 'not_reserved')], 10)).toEqual({ kind: 'give-up', reason: 'exhausted' });
  });

  it('does not let in what comes only `after` a failure', () => {
    const decision = decide('haiku then opus after { content_filtered } then mistral-small');
    expect(nextStep(decision, [failed(0, 'not_reserved')], 10)).toEqual({ kind: 'attempt', index: 2 });
  });
});

describe('a decision that takes another’s place', () => {
  const before = decide('haiku then opus');

  it('begins at its first model that was not tried yet', () => {
    const after = decide('opus then mistral-small then haiku');
    const history = carryHistory(before, after, [failed(0)]);
    expect(nextStep(after, history, 10)).toEqual({ kind: 'attempt', index: 0 });
    expect(nextStep(after, [...history, failed(0)], 20)).toEqual({ kind: 'attempt', index: 1 });
    expect(nextStep(after, [...history, failed(0), failed(1)], 30)).toMatchObject({ kind: 'give-up' });
  });

  it('goes on counting the models that were called, those that it does not have too', () => {
    const after = decide('mistral-small then gpt-4.1-mini', 'fallback on { server_error } max 2 attempts');
    const both = carryHistory(before, after, [failed(0), failed(1)]);
    expect(nextStep(after, both, 10)).toEqual({ kind: 'give-up', reason: 'max-attempts' });
    const one = carryHistory(before, after, [failed(0)]);
    expect(nextStep(after, one, 10)).toEqual({ kind: 'attempt', index: 0 });
  });

  it('keeps them apart through any number of decisions', () => {
    const after = decide('mistral-small then gpt-4.1-mini');
    const last = decide('mistral-large');
    const carried = carryHistory(after, last, [...carryHistory(before, after, [failed(0), failed(1)]), failed(0)]);
    expect(new Set(carried.map(({ index }) => index)).size).toBe(3);
  });
});
