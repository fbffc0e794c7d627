import { describe, expect, it } from 'vitest';
import { decideRules, planOf } from '../support/acme.ts';

describe('the thresholds of a budget', () => {
  const rules = `
    budget team-month $500 per month for each caller.team when caller.team is known
      at 50% notify llm-spend
      at 80% use { mistral-small, haiku }
      at 80% notify llm-spend
      at 100% use mistral-small
      at 120% reject 402 "team budget used up"
    routes { route one when request.stream use opus fallback on { timeout } max 1 attempts otherwise use gpt-pro }`;
  const spent = (used: string, more: Record<string, unknown> = {}) =>
    decideRules(rules, { 'caller.team': 'a', 'budget.team-month.used': used, ...more });

  it.each([
    ['49.99%', ['gpt-pro'], undefined],
    ['79.99%', ['gpt-pro'], undefined],
    ['80%', ['mistral-small', 'haiku'], '80%'],
    ['100%', ['mistral-small'], '100%'],
    ['119.99%', ['mistral-small'], '100%'],
  ])('at %s use the plan of the highest that is reached', (used, plan, at) => {
    const decision = spent(used);
    expect(planOf(decision)).toEqual(plan);
    expect(decision.replacedBy).toEqual(at && [{ budget: 'team-month', at }]);
    expect(decision.route).toBe('otherwise');
  });

  it('end in a refusal', () => {
    expect(spent('120%').reject).toEqual({
      status: 402,
      code: 'budget-used-up',
      message: 'team budget used up',
      rules: ['team-month'],
    });
    expect(spent('120%').replacedBy).toEqual([{ budget: 'team-month', at: '120%' }]);
  });

  it('refuse at the amount where nothing is written', () => {
    const bare = (used: string) => decideRules('budget day $5 per day', { 'budget.day.used': used });
    expect(bare('99.99%').outcome).toBe('plan');
    expect(bare('100%').reject).toMatchObject({ status: 402, code: 'budget-used-up', rules: ['day'] });
  });

  it('tell everyone of all that is reached', () => {
    expect(spent('49.99%').obligations.notify).toEqual([]);
    expect(spent('79%').obligations.notify.map(({ at }) => at)).toEqual(['50%']);
    expect(spent('130%').obligations.notify.map(({ at }) => at)).toEqual(['50%', '80%']);
  });

  it('are listed with who is counted and how much is used', () => {
    expect(spent('84%').obligations.budgets).toEqual([
      { name: 'team-month', each: { 'caller.team': 'a' }, used: '84%' },
    ]);
    expect(decideRules(rules, { 'budget.team-month.used': '130%' }).obligations.budgets).toEqual([]);
  });

  it('take the general fallback with their plan, not the route’s own', () => {
    expect(spent('10%', { 'request.stream': true }).fallback.maxAttempts).toBe(1);
    const replaced = spent('80%', { 'request.stream': true });
    expect(replaced.fallback.maxAttempts).toBeNull();
    expect(planOf(replaced)).toEqual(['mistral-small', 'haiku']);
    expect(replaced.route).toBe('one');
  });

  it('stay behind what the constraints and the route refuse', () => {
    const refused = decideRules(`${rules}\ndeny request when request.stream`, {
      'caller.team': 'a',
      'budget.team-month.used': '120%',
      'request.stream': true,
    });
    expect(refused.reject).toMatchObject({ status: 403, code: 'denied' });
    expect(refused.replacedBy).toBeUndefined();
  });
});

describe('a limit that is exhausted', () => {
  const rules = `
    limit team-tpm 200k tok per min for each caller.tier else use mistral-small
    limit key-rpm 60 req per min for each caller.key`;

  it('with a plan of its own neither holds nor counts the request', () => {
    const decision = decideRules(rules, { 'limit.team-tpm.exhausted': true });
    expect(planOf(decision)).toEqual(['mistral-small']);
    expect(decision.replacedBy).toEqual([{ limit: 'team-tpm' }]);
    expect(decision.obligations.limits).toEqual([{ name: 'key-rpm', each: { 'caller.key': 'anonymous' } }]);
  });

  it('without one refuses, and beats every plan in force', () => {
    const decision = decideRules(rules, { 'limit.team-tpm.exhausted': true, 'limit.key-rpm.exhausted': true });
    expect(decision.reject).toEqual({
      status: 429,
      code: 'limit-exhausted',
      message: 'the limit `key-rpm` is exhausted',
      rules: ['key-rpm'],
    });
    expect(decision.replacedBy).toEqual([{ limit: 'team-tpm' }, { limit: 'key-rpm' }]);
  });

  it('means nothing to a request for which it does not hold', () => {
    const some = 'limit batches 5 req per min when request.class == batch';
    expect(decideRules(some, { 'limit.batches.exhausted': true }).outcome).toBe('plan');
    expect(decideRules(some, { 'limit.batches.exhausted': true, 'request.class': 'batch' }).outcome).toBe('reject');
  });

  it('may be read by other rules', () => {
    const read = `${rules}\ntag pressed = "yes" when limit.team-tpm.exhausted or limit.key-rpm.used >= 90%`;
    expect(decideRules(read, { 'limit.key-rpm.used': '90%' }).obligations.tags).toEqual({ pressed: 'yes' });
    expect(decideRules(read).obligations.tags).toEqual({});
  });
});

describe('a plan in force', () => {
  it('of which the constraints deny every model that all name is a refusal', () => {
    const rules = `
      limit one 5 req per min else use { haiku, opus }
      limit two 5 req per min else use { opus, gpt-pro }
      @id(no-opus) deny model when model == opus`;
    const facts = { 'limit.one.exhausted': true, 'limit.two.exhausted': true };
    expect(decideRules(rules, facts).reject).toMatchObject({ code: 'no-model-left', rules: ['no-opus'] });
  });

  it('of which no model is named by all is a refusal that no constraint made', () => {
    const rules = 'limit one 5 req per min else use haiku\nlimit two 5 req per min else use opus';
    const decision = decideRules(rules, { 'limit.one.exhausted': true, 'limit.two.exhausted': true });
    expect(decision.reject).toMatchObject({ code: 'no-model-left', rules: [] });
    expect(decision.replacedBy).toEqual([{ limit: 'one' }, { limit: 'two' }]);
  });
});
