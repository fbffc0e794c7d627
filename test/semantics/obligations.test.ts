import { describe, expect, it } from 'vitest';
import { findings } from '../support/acme.ts';

const underlined = (rules: string) => findings(rules).map(([code, text]) => `${code}: ${text}`);

describe('a budget', () => {
  it.each([
    ['budget b caller.budget ?? $5 per month for each caller.key', []],
    ['budget b $5 per month\n  at 80% notify llm-spend\n  at 100% use haiku\n  at 120% reject 402', []],
    ['budget b 500 per month', ['type-mismatch: 500']],
    ['budget b $0 per month', ['too-small: $0']],
    ['budget b eur 5 per month', ['wrong-currency: eur 5']],
    ['budget b $5 per month for each caller.team', ['maybe-missing: caller.team']],
    ['budget b $5 per month for each request.tags', ['type-mismatch: request.tags']],
    ['budget b $5 per month\n  at 80% notify slack', ['unknown-name: slack']],
    ['budget b $5 per month\n  at 80% use haiku\n  at 70% reject 402', ['out-of-order: at 70% reject 402']],
    ['budget b $5 per month\n  at 80% use haiku\n  at 80% reject 402', ['out-of-order: at 80% reject 402']],
    ['budget b $5 per month\n  at 100% use haiku', ['no-end: at 100% use haiku']],
    ['budget b $5 per day for each model\n  at 90% use haiku', ['counter-per-attempt: at 90% use haiku']],
    [
      'budget b $5 per day for each model\ndeny request when budget.b.used > 5%',
      ['counter-per-attempt: budget.b.used'],
    ],
    ['budget b $5 per day\ndeny request when haiku.b.exhausted', ['counter-per-attempt: haiku.b.exhausted']],
    ['budget b $5 per day\ndeny request when budget.b.left > 5%', ['unknown-name: budget.b.left']],
    ['budget b $5 per day\nbudget b $6 per day', ['declared-twice: b']],
    ['budget b $5 per day\nlimit b 5 req per min', []],
  ])('%s', (rules, expected) => {
    expect(underlined(rules)).toEqual(expected);
  });
});

describe('a limit', () => {
  it.each([
    ['limit l 60 req per min burst 20 req for each caller.key else use haiku', []],
    ['limit l 10 concurrent for each caller.key', []],
    ['limit l 100k output tok per min', []],
    ['limit l 60 per min', ['type-mismatch: 60']],
    ['limit l 0 req per min', ['too-small: 0 req']],
    ['limit l 60 req per min burst 0 req', ['too-small: 0 req']],
    ['limit l 60 req per min burst 5k tok', ['wrong-unit: 5k tok']],
    ['limit l 10 concurrent burst 5 req', ['clause-not-here: 5 req']],
    ['limit l request.input_tokens per min', ['claimed-amount: request.input_tokens']],
    ['limit l 1M tok per min for each model else use haiku', ['counter-per-attempt: use haiku']],
  ])('%s', (rules, expected) => {
    expect(underlined(rules)).toEqual(expected);
  });
});

describe('a cap, a cache, a guard', () => {
  it.each([
    ['cap cost $0', ['too-small: $0']],
    ['cap cost eur 1', ['wrong-currency: eur 1']],
    ['cap time 5s when model == haiku', ['model-not-here: model == haiku']],
    ['cap output 4k tok when model == haiku', []],
    ['cache exact when request.stream', ['clause-missing: cache exact']],
    ['cache exact ttl 0s', ['too-small: ttl 0s']],
    ['cache off ttl 1h', ['clause-not-here: ttl 1h']],
    ['cache off scope everyone', ['clause-not-here: scope everyone']],
    ['cache exact ttl 1h scope caller.team', ['maybe-missing: caller.team']],
    ['guard pi on input then block', ['unknown-name: pi']],
    ['guard pii on input then block stream buffer', ['clause-not-here: stream buffer']],
    ['guard pii on output then block stream observe', ['guard-cannot: stream observe']],
    ['guard pii on output then observe stream observe', []],
    ['guard pii on output then block stream window 0B', ['too-small: stream window 0B']],
    ['guard pii on output then block when model == haiku', ['model-not-here: model == haiku']],
  ])('%s', (rules, expected) => {
    expect(underlined(rules)).toEqual(expected);
  });
});

describe('a parameter, a tag, a mirror', () => {
  it.each([
    ['set reasoning_effort = low', []],
    ['set tools = off', []],
    ['set tools = none', ['bad-value: none']],
    ['set temperature = off', ['bad-value: temperature']],
    ['set temperature = 1', ['type-mismatch: 1']],
    ['set reasoning_effort = "low"', ['type-mismatch: "low"']],
    ['set reasoning_effort = lo', ['unknown-word: lo']],
    ['set temprature = 0.5', ['unknown-name: temprature']],
    ['tag a = request.tags', ['type-mismatch: request.tags']],
    ['tag a = caller.team', ['maybe-missing: caller.team']],
    ['tag a = { "x" }', ['not-a-value: { "x" }']],
    ['tag a = (request.stream and request.has_tools)', ['not-a-value: request.stream and request.has_tools']],
    ['tag a = "x"\ntag a = "y"', ['conflicting-values: tag a = "y"']],
    ['tag a = "x" when request.stream\ntag a = "y" when not request.stream', []],
    ['tag a = "x" when request.stream\n@mode(shadow)\ntag a = "y"', []],
    ['set temperature = 0.5\nset temperature = 0.7', ['conflicting-values: set temperature = 0.7']],
    ['mirror 5% on request.id to haiku', []],
    ['mirror 500% on request.id to haiku', ['too-much: 500%']],
    ['let few = { haiku, opus }\nmirror 5% on request.id to few', ['not-a-model: few']],
  ])('%s', (rules, expected) => {
    expect(underlined(rules)).toEqual(expected);
  });

  it('may have two values for texts that can be both', () => {
    const two = (first: string, second: string) => `tag a = "x" when ${first}\ntag a = "y" when ${second}`;
    const like = (pattern: string) => `caller.key like "${pattern}"`;
    expect(underlined(two(like('*ab*'), `not ${like('*c*')}`))).toEqual([
      `conflicting-values: tag a = "y" when not ${like('*c*')}`,
    ]);
    expect(underlined(two(like('a*'), like('b*')))).toEqual([]);
    expect(underlined(two(like('abc*'), `not ${like('a*')}`))).toEqual([]);
    expect(underlined(two(like('*abc*'), `not ${like('*b*')}`))).toEqual([]);
  });
});

describe('a test', () => {
  const test = (given: string, expected: string) => `test "t" {\n  given { ${given} }\n  ${expected}\n}`;

  it.each([
    ['request.input_tokens: 5k tok, haiku.up: false', 'expect served gpt-4.1-mini', []],
    ['', '', ['no-expectation: test "t" {\n  given {  }\n  \n}']],
    ['request.input_tokens: 5', 'expect route otherwise', ['bad-value: 5']],
    [
      'request.input_tokens: 5 tok, request.input_tokens: 6 tok',
      'expect route otherwise',
      ['declared-twice: request.input_tokens: 6 tok'],
    ],
    ['request.input_token: 5 tok', 'expect route otherwise', ['unknown-attribute: request.input_token']],
    ['now: "noon"', 'expect route otherwise', ['bad-value: "noon"']],
    ['', 'expect route a', ['unknown-name: a']],
    ['', 'expect plan [ hiaku ]', ['unknown-model: hiaku']],
    ['', 'expect removed opus by residency', ['unknown-name: residency']],
    ['', 'expect reject 200', ['bad-status: reject 200']],
    ['', 'expect budget b', ['unknown-name: b']],
    ['', 'expect tag a = "x"', ['unknown-name: a']],
    ['request.class: batch', 'expect route otherwise', ['fact-not-read: request.class']],
    ['now: "2026-01-05T12:00:00Z"', 'expect route otherwise', ['fact-not-read: now']],
    ['request.class: batch, caller.tier: gold', 'expect route otherwise', ['fact-not-read: request.class']],
    ['request.class: batch, haiku.up: false', 'expect route otherwise', []],
  ])('given { %s } %s', (given, expectation, expected) => {
    expect(underlined(test(given, expectation))).toEqual(expected);
  });

  it('has a title of its own', () => {
    const one = test('', 'expect route otherwise');
    expect(findings(`${one}\n${one}`).map(([code]) => code)).toEqual(['declared-twice']);
  });
});
