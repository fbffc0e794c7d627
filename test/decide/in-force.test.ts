import { describe, expect, it } from 'vitest';
import { decideRules, planOf } from '../support/acme.ts';

describe('of several plans in force', () => {
  const rules = `
    limit early 10 req per min else use { opus, haiku, mistral-large }
    budget later $5 per day
      at 50% use haiku then mistral-large then gpt-pro
      at 100% reject 402`;
  const both = { 'limit.early.exhausted': true, 'budget.later.used': '60%' };

  it('the order of the first in file order holds, be it a limit’s or a budget’s', () => {
    const decision = decideRules(rules, both);
    expect(decision.replacedBy).toEqual([{ limit: 'early' }, { budget: 'later', at: '50%' }]);
    expect(planOf(decision)).toEqual(['haiku', 'mistral-large']);
  });

  it('only the models that all of them name stay', () => {
    expect(planOf(decideRules(rules, { 'budget.later.used': '60%' }))).toEqual(['haiku', 'mistral-large', 'gpt-pro']);
    expect(planOf(decideRules(rules, both))).not.toContain('gpt-pro');
  });

  it('the first reject in file order supplies status and message', () => {
    const refusing = `
      limit early 10 req per min
      budget later $5 per day at 100% reject 402 "spent"`;
    const facts = { 'limit.early.exhausted': true, 'budget.later.used': '100%' };
    expect(decideRules(refusing, facts).reject).toEqual({
      status: 429,
      code: 'limit-exhausted',
      message: 'the limit `early` is exhausted',
      rules: ['early', 'later'],
    });
  });
});
