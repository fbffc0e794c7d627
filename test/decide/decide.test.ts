import { describe, expect, it } from 'vitest';
import { decideRules, planOf } from '../support/acme.ts';

describe('constraints', () => {
  const residency = '@id(residency)\ndeny model when request.data_region == eu and model.region != eu because "stay"';

  it('remove a model from every place of the plan, and say so', () => {
    const decision = decideRules(residency, { 'request.data_region': 'eu' });
    expect(planOf(decision)).toEqual(['haiku', 'mistral-small']);
    expect(decision.removed.filter(({ rule }) => rule === 'residency')).toEqual([
      { model: 'gpt-4.1-mini', rule: 'residency', because: 'stay' },
      { model: 'gpt-pro', rule: 'residency', because: 'stay' },
      { model: 'gemini-pro', rule: 'residency', because: 'stay' },
    ]);
  });

  it('leave a request alone for which they do not hold', () => {
    expect(planOf(decideRules(residency, { 'request.data_region': 'us' }))).toEqual([
      'haiku',
      'gpt-4.1-mini',
      'mistral-small',
    ]);
  });

  it('refuse a request with all rules that failed, the first in file order supplying the status', () => {
    const rules = `
      require caller.team is known else reject 403 "no team"
      @id(no-streams) deny request when request.stream because "no streams"`;
    const decision = decideRules(rules, { 'request.stream': true });
    expect(decision.reject).toEqual({
      status: 403,
      code: 'required',
      message: 'no team',
      rules: ['require-1', 'no-streams'],
    });
    expect(decision.route).toBeNull();
    expect(planOf(decision)).toEqual([]);
  });

  it('that leave no model make a refusal that says which rules removed them', () => {
    const decision = decideRules('deny model when model.price_out >= $0');
    expect(decision.reject).toMatchObject({ status: 403, code: 'no-model-left', rules: ['deny-1'] });
  });

  it('built in: drop models whose context window is too small, or that lack what the request needs', () => {
    const long = decideRules('', { 'request.input_tokens': 150_000, 'request.needs': ['vision'] });
    expect(planOf(long)).toEqual(['haiku', 'gpt-4.1-mini']);
    expect(long.removed.map(({ model, rule }) => `${model} ${rule}`)).toEqual([
      'mistral-small context-window',
      'mistral-small needs-vision',
      'mistral-large context-window',
      'mistral-large needs-vision',
    ]);
  });
});

describe('routes', () => {
  const routed = `
    routes {
      route free when caller.tier == free use mistral-small
      route big when request.input_tokens > 100k tok use gemini-pro timeout 60s then opus after { content_filtered } timeout 90s
      route asked when requested is known use requested then haiku
      otherwise reject 404 "no such model"
    }`;

  it('take the first that holds', () => {
    expect(decideRules(routed, { 'request.input_tokens': 100_001 })).toMatchObject({ route: 'free' });
    expect(decideRules(routed, { 'caller.tier': 'gold', 'request.input_tokens': 100_001 })).toMatchObject({
      route: 'big',
    });
  });

  it('send a request to every model that answers to the name it asks for, in catalogue order', () => {
    expect(planOf(decideRules(routed, { 'caller.tier': 'gold', 'request.model': 'small' }))).toEqual([
      'mistral-small',
      'mistral-large',
      'haiku',
    ]);
    expect(
      planOf(decideRules(routed, { 'caller.tier': 'gold', 'request.model': 'mistral/mistral-large-latest' })),
    ).toEqual(['mistral-large', 'haiku']);
  });

  it('may refuse', () => {
    const decision = decideRules(routed, { 'caller.tier': 'gold', 'request.model': 'nothing' });
    expect(decision).toMatchObject({
      outcome: 'reject',
      route: 'otherwise',
      reject: { status: 404, code: 'rejected', message: 'no such model' },
    });
  });

  it('hold a timeout for its pick and for the picks before it that have none', () => {
    const { attempts } = decideRules('routes { otherwise use haiku then opus timeout 9s then gpt-pro }');
    expect(attempts.map(({ timeoutMs }) => timeoutMs)).toEqual([9000, 9000, null]);
  });
});

describe('plans', () => {
  it('name each model once, at its first place', () => {
    expect(planOf(decideRules('let all = { haiku, opus }\nroutes { otherwise use opus then all then haiku }'))).toEqual(
      ['opus', 'haiku'],
    );
  });

  it('put models that are down last, each with what comes after it', () => {
    const rules = 'routes { otherwise use haiku then opus after { timeout } then gpt-pro }';
    expect(planOf(decideRules(rules, { 'haiku.up': false }))).toEqual(['gpt-pro', 'haiku', 'opus']);
  });

  it('are cut after as many models as the fallback allows, those with `after` not counted', () => {
    const rules =
      'fallback on { timeout } max 2 attempts\nroutes { otherwise use haiku then opus after { timeout } then gpt-pro then gemini-pro }';
    expect(planOf(decideRules(rules))).toEqual(['haiku', 'opus', 'gpt-pro']);
  });

  it('take their own retry and fallback in place of the general ones', () => {
    const rules = `
      retry 1 on { timeout }
      fallback on { timeout } within 10s
      routes {
        route own when request.stream use haiku retry 2 on { rate_limited } backoff 200ms..2s fallback on { network }
        otherwise use haiku
      }`;
    expect(decideRules(rules, { 'request.stream': true })).toMatchObject({
      retry: [{ on: ['rate_limited'], times: 2, backoffMs: [200, 2000] }],
      fallback: { on: ['network'], maxAttempts: null, withinMs: null },
    });
    expect(decideRules(rules)).toMatchObject({
      retry: [{ on: ['timeout'], times: 1 }],
      fallback: { withinMs: 10_000 },
    });
  });
});

describe('conditions', () => {
  const holds = (condition: string, facts: Record<string, unknown>) =>
    decideRules(`routes { route yes when ${condition} use haiku otherwise use opus }`, facts).route === 'yes';

  it.each([
    ['request.difficulty ?? 0.0 >= 0.7', { 'request.difficulty': 0.7 }, true],
    ['request.difficulty ?? 0.0 >= 0.7', {}, false],
    ['request.deadline is known and request.deadline > 10m', { 'request.deadline': '601s' }, true],
    ['request.deadline is not known or request.deadline > 10m', {}, true],
    ['request.user ?? caller.user ?? "none" == "x"', { 'caller.user': 'x' }, true],
    ['request.user ?? caller.user ?? "none" == "x"', { 'request.user': 'y', 'caller.user': 'x' }, false],
    ['"phi" in request.tags', { 'request.tags': ['batch', 'phi'] }, true],
    ['"phi" not in request.tags', {}, true],
    ['caller.tier in { gold, internal }', { 'caller.tier': 'gold' }, true],
    ['not (request.stream or request.has_tools)', {}, true],
    ['120k tok < request.input_tokens', { 'request.input_tokens': 120_001 }, true],
    ['haiku.up and haiku.latency ?? 0s < 1s', { 'haiku.latency': '1s' }, false],
    ['request.id like "canary-*"', { 'request.id': 'canary-7' }, true],
    ['request.id like "*-7"', { 'request.id': 'canary-8' }, false],
  ])('%s with %j is %s', (condition, facts, expected) => {
    expect(holds(condition, facts)).toBe(expected);
  });
});
