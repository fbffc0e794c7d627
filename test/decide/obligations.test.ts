import { describe, expect, it } from 'vitest';
import { decideRules } from '../support/acme.ts';

const obligations = (rules: string, facts: Record<string, unknown> = {}) => decideRules(rules, facts).obligations;

describe('caps', () => {
  it('of one thing join to the smallest, those that do not hold left out', () => {
    const rules = `
      cap output 4k tok
      cap output 500 tok when caller.tier == free
      cap output 100 tok when caller.tier == gold
      cap cost $0.25
      cap cost $1
      cap time 1m
      cap time 1.5m`;
    expect(obligations(rules).caps).toEqual({ output: 500, cost: '$0.25', time: '1m' });
    expect(obligations(rules, { 'caller.tier': 'internal' }).caps).toMatchObject({ output: 4000 });
    expect(obligations('').caps).toEqual({});
  });

  it('that read the model stand on each attempt for which they hold', () => {
    const rules = `
      cap output 4k tok
      cap output 500 tok when model.region == us
      cap cost $0.25 when model == haiku and request.stream`;
    const { attempts, obligations: whole } = decideRules(rules, { 'request.stream': true });
    expect(attempts.map(({ model, caps }) => [model, caps])).toEqual([
      ['haiku', { cost: '$0.25' }],
      ['gpt-4.1-mini', { output: 500 }],
      ['mistral-small', {}],
    ]);
    expect(whole.caps).toEqual({ output: 4000 });
  });
});

describe('a cap on input', () => {
  const rules = `
    cap input 1k tok
    @id(short) cap input 100 tok when route == brief
    routes {
      route brief when request.stream use haiku
      route no when request.has_tools reject 451
      otherwise use opus
    }`;

  it('refuses what is longer, by all rules that it exceeds, after the choice of the route', () => {
    expect(decideRules(rules, { 'request.input_tokens': 1001, 'request.stream': true })).toMatchObject({
      outcome: 'reject',
      route: 'brief',
      reject: { status: 413, code: 'input-cap', rules: ['cap-1', 'short'] },
    });
    expect(decideRules(rules, { 'request.input_tokens': 101, 'request.stream': true }).reject?.rules).toEqual([
      'short',
    ]);
    expect(decideRules(rules, { 'request.input_tokens': 1000 }).outcome).toBe('plan');
  });

  it('comes before the route’s own reject and before what is in force, and after the constraints', () => {
    const long = { 'request.input_tokens': 1001, 'request.has_tools': true };
    expect(decideRules(rules, long).reject?.status).toBe(413);
    const limited = decideRules(`${rules}\nlimit calm 1 req per min`, { ...long, 'limit.calm.exhausted': true });
    expect(limited.reject?.status).toBe(413);
    expect(limited.replacedBy).toBeUndefined();
    expect(decideRules(`${rules}\ndeny request when request.has_tools`, long).reject?.status).toBe(403);
  });
});

describe('caches', () => {
  it('join to the shortest time, the highest likeness and all scopes', () => {
    const rules = `
      cache semantic above 90% ttl 1h scope caller.tier
      cache semantic above 95.5% ttl 2h
      cache semantic above 80% ttl 90s scope everyone`;
    expect(obligations(rules, { 'caller.key': 'k' }).cache).toEqual({
      mode: 'semantic',
      ttl: '90s',
      above: '95.5%',
      scope: { 'caller.tier': 'free', 'caller.key': 'k' },
    });
  });

  it('are exact as soon as one of them is, and shared as all of them allow', () => {
    const rules = 'cache semantic above 90% ttl 1h scope caller.tier\ncache exact ttl 2h scope everyone';
    expect(obligations(rules).cache).toEqual({ mode: 'exact', ttl: '1h', scope: { 'caller.tier': 'free' } });
    expect(obligations('cache exact ttl 1h scope everyone').cache?.scope).toEqual({});
  });

  it('keep nothing where one says off', () => {
    const rules = 'cache exact ttl 1h\ncache off when "phi" in request.tags';
    expect(obligations(rules, { 'request.tags': ['phi'] }).cache).toBeNull();
    expect(obligations(rules).cache).not.toBeNull();
    expect(obligations('').cache).toBeNull();
  });
});

describe('guards', () => {
  it('are one for each detector and point, with the strictest action', () => {
    const rules = `
      guard pii on input then observe
      guard secrets on output then block
      guard pii on both then redact
      guard pii on input then block when request.stream`;
    expect(obligations(rules).guards).toEqual([
      { name: 'pii', on: 'input', action: 'redact', stream: null },
      { name: 'secrets', on: 'output', action: 'block', stream: 'buffer' },
      { name: 'pii', on: 'output', action: 'redact', stream: 'buffer' },
    ]);
    expect(obligations(rules, { 'request.stream': true }).guards[0]?.action).toBe('block');
  });

  it.each([
    [['observe', 'window 64B'], { windowBytes: 64 }],
    [['window 2kB', 'window 64B'], { windowBytes: 2000 }],
    [['window 2kB', 'buffer', 'observe'], 'buffer'],
    [['observe', 'observe'], 'observe'],
  ])('on a stream of an answer do the strictest of %j', (streams, strictest) => {
    const rules = streams.map((stream) => `guard words on output then observe stream ${stream}`).join('\n');
    expect(obligations(rules).guards).toEqual([{ name: 'words', on: 'output', action: 'observe', stream: strictest }]);
  });

  it('that read the model stand on each attempt for which they hold', () => {
    const rules = 'guard pii on input then redact when model.region != eu\nguard pii on input then observe';
    const { attempts, obligations: whole } = decideRules(rules);
    const redact = { name: 'pii', on: 'input', action: 'redact', stream: null };
    expect(attempts.map(({ guards }) => guards)).toEqual([[], [redact], []]);
    expect(whole.guards).toEqual([{ ...redact, action: 'observe' }]);
  });
});

describe('tags, and parameters that a policy sets', () => {
  it('hold each value in its plain form', () => {
    const rules = `
      tag tier = caller.tier
      tag spend = caller.budget ?? $1.25
      tag wait = request.deadline ?? 90s
      tag hard = request.difficulty ?? 0.5
      tag stream = request.stream
      set temperature = 0.25
      set max_output_tokens = 1k tok
      set tools = off
      set system = "be brief"
      set reasoning_effort = low`;
    const { tags, set } = obligations(rules, { 'request.difficulty': 0.7 });
    expect(tags).toEqual({ tier: 'free', spend: '$1.25', wait: '90s', hard: '0.7', stream: 'false' });
    expect(set).toEqual({
      temperature: 0.25,
      max_output_tokens: 1000,
      tools: 'off',
      system: 'be brief',
      reasoning_effort: 'low',
    });
  });

  it('may have any name', () => {
    const { tags } = obligations('tag `__proto__` = "a"\ntag constructor = "b"');
    expect(JSON.stringify(tags)).toBe('{"__proto__":"a","constructor":"b"}');
  });

  it('may depend on the route and the branch', () => {
    const rules = `
      tag way = "canary" when branch is known and branch == small
      tag way = "plain" when branch is not known
      routes {
        split canary on request.id when request.stream { 100% as small use haiku otherwise use opus }
        otherwise use gpt-pro
      }`;
    expect(obligations(rules, { 'request.stream': true }).tags).toEqual({ way: 'canary' });
    expect(obligations(rules).tags).toEqual({ way: 'plain' });
  });
});

describe('a refused request', () => {
  const rules = `
    tag tier = caller.tier
    cap output 1k tok
    guard pii on input then block
    budget day $5 per day at 50% notify llm-spend
    limit rpm 5 req per min`;

  it('behind the routes is still booked and told of, and nothing else', () => {
    const { tags, notify, ...others } = obligations(`${rules}\nroutes { otherwise reject 404 }`, {
      'budget.day.used': '60%',
    });
    expect(tags).toEqual({ tier: 'free' });
    expect(notify).toEqual([{ channel: 'llm-spend', budget: 'day', at: '50%' }]);
    expect(others).toEqual({ budgets: [], limits: [], caps: {}, cache: null, guards: [], set: {}, mirrors: [] });
  });

  it('before the routes has no obligations', () => {
    const { tags, notify } = obligations(`${rules}\ndeny request when request.stream`, {
      'request.stream': true,
      'budget.day.used': '60%',
    });
    expect(tags).toEqual({});
    expect(notify).toEqual([]);
  });
});
