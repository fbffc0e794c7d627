import { describe, expect, it } from 'vitest';
import { diagnose, findings, policyText } from '../support/acme.ts';
import { mended } from '../support/mended.ts';

const underlined = (rules: string) => findings(rules).map(([code, text]) => `${code}: ${text}`);

describe('what is surely not meant', () => {
  it.each([
    ['tag a = caller.key ?? "x"', 'useless-default: "x"', 'tag a = caller.key'],
    ['tag a = caller.team ?? caller.key ?? "x"', 'useless-default: "x"', 'tag a = caller.team ?? caller.key'],
    [
      'deny request when request.app in { other, other }',
      'listed-twice: other',
      'deny request when request.app in { other }',
    ],
    [
      'deny request when caller.key in { "a", "b", "a", }',
      'listed-twice: "a"',
      'deny request when caller.key in { "a", "b", }',
    ],
  ])('%s', (rules, expected, right) => {
    const diagnostics = diagnose(policyText(rules));
    expect(underlined(rules)).toEqual([expected]);
    expect(mended(policyText(rules), diagnostics)).toBe(policyText(right));
  });

  it.each([
    ['tag a = caller.team ?? "x"', []],
    ['deny request when request.deadline is known and request.deadline ?? 0s > 5m', []],
    ['deny model when model.price_out ?? $0 > $10', []],
    ['require caller.tier is known else reject 403', ['always-known: caller.tier is known']],
    [
      'deny request when caller.key is not known',
      ['always-known: caller.key is not known', 'never-holds: caller.key is not known'],
    ],
    ['deny request when requested is not known', []],
    ['deny request when caller.key like "abc"', ['like-without-star: "abc"']],
    ['deny request when caller.key like "*"', ['always-holds: caller.key like "*"']],
  ])('%s is asked for a reason, or reported', (rules, expected) => {
    expect(underlined(rules).slice(0, 1)).toEqual(expected.slice(0, 1));
  });
});

describe('a model that no request can get', () => {
  it.each([
    ['deny model when model == haiku\nroutes { otherwise use { haiku, opus } }', ['always-denied: haiku']],
    [
      'deny model when not model.zero_retention\nmirror 5% on request.id to gpt-pro\nroutes { otherwise use opus }',
      ['always-denied: gpt-pro'],
    ],
    ['deny model when model == haiku\nlet few = { haiku, opus }\nroutes { otherwise use few }', []],
    ['@mode(shadow)\ndeny model when model == haiku\nroutes { otherwise use haiku }', []],
    ['deny model when model == haiku and request.stream\nroutes { otherwise use haiku }', []],
    ['deny model when model == haiku or request.stream\nroutes { otherwise use haiku }', []],
    ['deny model when model == haiku and haiku.up\nroutes { otherwise use haiku }', []],
    ['deny model when model.up\nroutes { otherwise use haiku }', []],
    ['deny model when not (model == haiku)', ['always-denied: gpt-4.1-mini', 'always-denied: mistral-small']],
    [
      'deny model when model.region == us\ndeny model when model.region == eu',
      ['denies-every-model: deny model when model.region == eu'],
    ],
  ])('%s', (rules, expected) => {
    expect(underlined(rules)).toEqual(expected);
  });
});

describe('a condition that holds for no request, or for every', () => {
  it.each([
    ['deny request when caller.tier == free and caller.tier == gold', 'never-holds'],
    ['deny request when request.input_tokens > 5k tok and request.input_tokens < 1k tok', 'never-holds'],
    ['deny request when request.stream and not request.stream', 'never-holds'],
    ['deny request when caller.key in { }', 'never-holds'],
    ['deny request when caller.key == "a" and caller.key like "b*"', 'never-holds'],
    ['deny request when "a" in request.tags and "a" not in request.tags', 'never-holds'],
    ['cap output 1k tok when model == haiku and caller.tier == free and caller.tier == gold', 'never-holds'],
    ['require caller.tier == free and caller.tier == gold else reject 403', 'never-holds'],
    ['cap time 5s when request.input_tokens >= 0 tok', 'always-holds'],
    ['cap time 5s when request.stream or not request.stream', 'always-holds'],
    ['cap time 5s when caller.tier in { free, gold, internal }', 'always-holds'],
    ['require request.messages >= 0 else reject 400', 'always-holds'],
  ])('%s', (rules, code) => {
    expect(findings(rules).map(([found]) => found)).toEqual([code]);
  });

  it.each([
    'deny request when true',
    'deny request when false',
    'cap output 4k tok when model.price_out > $1000',
    'deny model when model.price_out > $1000',
    'cap time 5s when haiku.region == eu',
    'cap time 5s when request.deadline ?? 0s >= 0s or request.stream',
    'deny request when caller.team == "a" or caller.team is not known or caller.team != "a"',
    'deny request when caller.key like "*a*" and not caller.key like "*b*"',
    'deny request when caller.key like "a*" and caller.key like "*b" and caller.key != "ab"',
    'deny request when caller.tier == free and request.app == other',
  ])('%s may be meant', (rules) => {
    expect(findings(rules).filter(([code]) => code === 'never-holds')).toEqual([]);
  });
});

describe('a route', () => {
  const routes = (...conditions: readonly string[]) =>
    `routes {\n${conditions.map((when, index) => `  route r${index} when ${when} use haiku`).join('\n')}\n  otherwise use opus\n}`;
  const unreachable = (rules: string) =>
    diagnose(policyText(rules))
      .filter(({ code }) => code === 'unreachable-route')
      .map(({ message, secondary }) => [message, secondary.length]);

  it.each([
    [['request.stream', 'request.stream'], 1],
    [['request.stream', 'request.stream and request.has_tools'], 1],
    [['request.input_tokens > 5k tok', 'request.input_tokens > 9k tok'], 1],
    [['request.input_tokens > 5k tok', 'request.input_tokens <= 5k tok', 'request.has_tools'], 2],
    [['request.difficulty ?? 0.0 >= 0.7', 'request.difficulty ?? 0.0 < 0.7', 'caller.tier == gold'], 2],
    [['request.has_files', 'caller.tier == free', 'caller.tier == gold', 'caller.tier in { free, gold }'], 2],
  ])('%j: the last is never taken', (conditions, labels) => {
    const last = conditions.length - 1;
    expect(unreachable(routes(...conditions))).toEqual([[`\`r${last}\` can never be taken`, labels]]);
  });

  it.each([
    [['request.stream', 'request.has_tools']],
    [['request.stream and request.has_tools', 'request.stream']],
    [['request.deadline ?? 0s > 5m', 'request.deadline is known']],
    [['caller.tier == free', 'caller.tier == gold']],
  ])('%j: each is taken by some request', (conditions) => {
    expect(unreachable(routes(...conditions))).toEqual([]);
  });

  it('behind a split without `when` is never taken', () => {
    const rules = `routes {
  split s on request.id {
    5% use opus
    otherwise use haiku
  }
  route a when request.stream use haiku
  otherwise use opus
}`;
    expect(unreachable(rules)).toEqual([['`a` can never be taken', 1]]);
  });

  it('in the shadow takes nothing', () => {
    const rules = `routes {
  @mode(shadow)
  route a when request.stream use haiku
  route b when request.stream use opus
  otherwise use opus
}`;
    expect(unreachable(rules)).toEqual([]);
  });
});
