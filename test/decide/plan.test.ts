import { describe, expect, it } from 'vitest';
import { decideRules, planOf } from '../support/acme.ts';

const use = (plan: string, more = '') => `routes { otherwise use ${plan} }\n${more}`;

describe('a bound of a pick', () => {
  it('on the first token, as one on the call, holds for the picks before it that have none', () => {
    const { attempts } = decideRules(use('haiku then opus first token 2s then gpt-pro first token 8s timeout 1m'));
    expect(attempts.map(({ timeoutMs, firstTokenTimeoutMs }) => [timeoutMs, firstTokenTimeoutMs])).toEqual([
      [60_000, 2000],
      [60_000, 2000],
      [60_000, 8000],
    ]);
  });
});

describe('a pick that is tried only after another', () => {
  const afterGpt = use(
    'gpt-pro then opus after { content_filtered } then haiku',
    '@id(eu) deny model when model.region != eu',
  );

  it('comes after nothing when the models before it are denied', () => {
    expect(decideRules(afterGpt).attempts.map(({ model, after }) => [model, after])).toEqual([
      ['opus', null],
      ['haiku', null],
    ]);
  });

  it('is then moved and counted like any other', () => {
    const { attempts } = decideRules(afterGpt, { 'opus.up': false });
    expect(attempts.map(({ model, after }) => [model, after])).toEqual([
      ['haiku', null],
      ['opus', null],
    ]);
    expect(planOf(decideRules(`fallback on { timeout } max 1 attempts\n${afterGpt}`))).toEqual(['opus']);
  });

  it('stays with that other, whatever its own health', () => {
    const rules = use('gpt-pro then opus after { content_filtered } then haiku');
    expect(planOf(decideRules(rules, { 'opus.up': false }))).toEqual(['gpt-pro', 'opus', 'haiku']);
    expect(planOf(decideRules(rules, { 'gpt-pro.up': false }))).toEqual(['haiku', 'gpt-pro', 'opus']);
  });

  it('is not cut from the last model that the fallback allows', () => {
    const rules = use('haiku then gpt-pro then opus after { timeout } then mistral-large');
    expect(planOf(decideRules(`fallback on { timeout } max 2 attempts\n${rules}`))).toEqual([
      'haiku',
      'gpt-pro',
      'opus',
    ]);
  });
});

describe('a plan of which no model is left', () => {
  const rules = use(
    '{ gpt-pro, haiku }',
    `@id(eu) deny model when model == haiku
     @id(us) deny model when model.region == us
     @id(large) deny model when model == mistral-large`,
  );

  it('names the rules that removed its models, in file order', () => {
    expect(decideRules(rules).reject).toEqual({
      status: 403,
      code: 'no-model-left',
      message: 'no model is allowed for this request',
      rules: ['eu', 'us'],
    });
  });

  it('names built-in rules in their own order, before those that are written', () => {
    const facts = {
      'request.needs': ['json_schema', 'reasoning', 'tools', 'vision'],
      'request.input_tokens': 2_000_000,
    };
    expect(decideRules(use('mistral-small', 'deny model when model == mistral-small'), facts).reject?.rules).toEqual([
      'context-window',
      'needs-vision',
      'needs-json_schema',
      'needs-reasoning',
      'deny-1',
    ]);
    expect(decideRules(use('{ gpt-4.1-mini, mistral-small }'), facts).reject?.rules).toHaveLength(4);
  });

  it('stays refused where a limit would put another plan in its place', () => {
    const limited = `limit calm 5 req per min else use opus\n${rules}`;
    const decision = decideRules(limited, { 'limit.calm.exhausted': true });
    expect(decision.reject?.code).toBe('no-model-left');
    expect(decision.replacedBy).toBeUndefined();
  });

  it('may be the plan that a limit puts in the route’s place', () => {
    const limited = `limit calm 5 req per min else use mistral-large\ndeny model when model == mistral-large`;
    const decision = decideRules(limited, { 'limit.calm.exhausted': true });
    expect(decision.reject).toMatchObject({ code: 'no-model-left', rules: ['deny-1'] });
    expect(decision.replacedBy).toEqual([{ limit: 'calm' }]);
    expect(decision.route).toBe('otherwise');
  });
});

describe('orders', () => {
  it('cheapest: by the price of the request’s tokens and of a thousand more, ties in catalogue order', () => {
    const rules = use('cheapest of { gpt-pro, azure-mini, gpt-4.1-mini, mistral-small, haiku }');
    expect(planOf(decideRules(rules))).toEqual(['mistral-small', 'gpt-4.1-mini', 'azure-mini', 'haiku', 'gpt-pro']);
  });

  it('cheapest: changes where the request is so long that its own price counts more', () => {
    // $1.25 and $10 against $2 and $6: even at 4,000 ÷ 0.75 tokens.
    const rules = use('cheapest of { gemini-pro, mistral-large }');
    const order = (tokens: number) => planOf(decideRules(rules, { 'request.input_tokens': tokens }));
    expect(order(5_333)).toEqual(['mistral-large', 'gemini-pro']);
    expect(order(5_334)).toEqual(['gemini-pro', 'mistral-large']);
  });

  it('fastest: by the measured latency, what was never measured last, ties in catalogue order', () => {
    const rules = use('fastest of { mistral-large, opus, gpt-pro, haiku }');
    expect(planOf(decideRules(rules, { 'mistral-large.latency': '200ms', 'gpt-pro.latency': '90ms' }))).toEqual([
      'gpt-pro',
      'mistral-large',
      'haiku',
      'opus',
    ]);
  });

  it('spread: each key has its own order, and every model is first for some', () => {
    const rules = use('spread of { haiku, opus, gpt-pro } on request.id salt "s"');
    const orders = Array.from({ length: 60 }, (_, id) => planOf(decideRules(rules, { 'request.id': `r${id}` })));
    expect(new Set(orders.map(([first]) => first))).toEqual(new Set(['haiku', 'opus', 'gpt-pro']));
    for (const order of orders) expect(order.toSorted()).toEqual(['gpt-pro', 'haiku', 'opus']);
    expect(planOf(decideRules(rules, { 'request.id': 'r1' }))).toEqual(orders[1]);
  });
});
