import { describe, expect, it } from 'vitest';
import { findings } from '../support/acme.ts';

const underlined = (rules: string) => findings(rules).map(([code, text]) => `${code}: ${text}`);

describe('a condition', () => {
  it.each([
    ['deny request when request.app == support', []],
    ['deny request when support == request.app', []],
    ['deny request when 100k tok < request.input_tokens', []],
    ['deny request when caller.tier in { gold, internal }', []],
    ['deny request when "phi" in request.tags', []],
    ['deny request when vision in request.needs', []],
    ['deny request when request.prompt matches /(?i)phi/', []],
    ['deny request when request.deadline is known and request.deadline > 10m', []],
    ['deny request when request.deadline is not known or request.deadline > 10m', []],
    ['deny request when not (request.deadline is not known) and request.deadline > 10m', []],
    ['deny model when model.name not in caller.models', []],
    ['deny model when model in requested', []],
    ['deny model when request.input_tokens > model.context_window', []],
    ['deny request when haiku.up and haiku.latency ?? 0s > 5s', []],
  ])('%s is right', (rules, expected) => {
    expect(underlined(rules)).toEqual(expected);
  });

  it.each([
    ['deny request when request.deadline > 10m', 'maybe-missing: request.deadline'],
    ['deny request when request.deadline is known or request.deadline > 10m', 'maybe-missing: request.deadline'],
    ['deny request when request.deadline > 10m and request.deadline is known', 'maybe-missing: request.deadline'],
    ['deny request when haiku.latency > 5s', 'maybe-missing: haiku.latency'],
    ['deny request when request.input_tokens', 'not-a-condition: request.input_tokens'],
    ['deny request when caller.team', 'not-a-condition: caller.team'],
    ['deny request when "yes"', 'not-a-condition: "yes"'],
    ['deny request when { haiku }', 'not-a-value: { haiku }'],
    ['deny request when haiku', 'not-a-value: haiku'],
    ['deny request when openai/gpt-pro', 'not-a-value: openai/gpt-pro'],
    ['deny request when request.app == suport', 'unknown-word: suport'],
    ['deny request when request.app in { support, mail }', 'unknown-word: mail'],
    ['deny request when request.app == "support"', 'type-mismatch: "support"'],
    ['deny request when request.model == haiku', 'unknown-name: haiku'],
    ['deny request when caller.key == anybody', 'unknown-name: anybody'],
    ['deny request when request.stream == yes', 'unknown-name: yes'],
    ['deny request when caller.team == null', 'unknown-name: null'],
    ['deny request when something', 'unknown-name: something'],
    ['deny request when request.input_tokens > 5', 'type-mismatch: 5'],
    ['deny request when 5 < request.input_tokens', 'type-mismatch: 5'],
    ['deny request when request.input_tokens > 5 req', 'type-mismatch: request.input_tokens > 5 req'],
    ['deny request when request.input_tokens > $5', 'type-mismatch: request.input_tokens > $5'],
    ['deny request when request.difficulty ?? 0.0 > 1', 'type-mismatch: 1'],
    ['deny request when request.tags == "phi"', 'type-mismatch: request.tags == "phi"'],
    ['deny request when request.tags == request.tags', 'type-mismatch: request.tags == request.tags'],
    ['deny request when request.stream in request.tags', 'type-mismatch: request.stream in request.tags'],
    ['deny request when "a" in request.model', 'type-mismatch: request.model'],
    ['deny request when request.model in { haiku, opus }', 'unknown-name: haiku'],
    ['deny request when caller.key in requested', 'type-mismatch: caller.key in requested'],
    ['deny request when request.stream > true', 'no-order: request.stream > true'],
    ['deny request when caller.tier >= gold', 'no-order: caller.tier >= gold'],
    ['deny model when model > haiku', 'no-order: model > haiku'],
    ['deny request when caller.key == request.id', 'two-facts: caller.key == request.id'],
    ['deny request when caller.key in request.tags', 'two-facts: caller.key in request.tags'],
    ['deny request when caller.key in { request.id, "a" }', 'two-facts: request.id'],
    ['deny request when caller.tier like "g*"', 'type-mismatch: caller.tier'],
    ['deny request when caller.key like "a*b"', 'bad-pattern: "a*b"'],
    ['deny request when caller.key matches /(/', 'bad-pattern: /(/'],
    ['deny request when request.input_tokens > 5 output tok', 'wrong-unit: 5 output tok'],
    ['deny request when caller.budget ?? eur 5 > $1', 'wrong-currency: eur 5'],
    ['deny request when (caller.team ?? 5) == "a"', 'type-mismatch: 5'],
    ['deny request when model.region == eu', 'model-not-here: model.region'],
    ['deny request when model == haiku', 'model-not-here: model == haiku'],
    ['deny request when request.region == eu', 'unknown-attribute: request.region'],
    ['deny request when haiku.fast', 'unknown-attribute: fast'],
    ['deny request when now in office', 'unknown-name: office'],
    ['deny request when budget.team.used > 5%', 'unknown-name: team'],
    ['deny request when route == a', 'not-here: route'],
    ['deny model when model == openai/gpt-9', 'unknown-model: openai/gpt-9'],
    ['deny model when model in { haiku, request.model }', 'not-a-model: request.model'],
  ])('%s', (rules, expected) => {
    expect(underlined(rules)).toEqual([expected]);
  });

  it('says of each mistake of a conjunction', () => {
    expect(underlined('deny request when request.deadline > 1m and request.app == suport or request.streem')).toEqual([
      'maybe-missing: request.deadline',
      'unknown-word: suport',
      'unknown-attribute: request.streem',
    ]);
  });
});

describe('`require X is known`', () => {
  const routes = (when: string) => `routes { route a when ${when} use haiku otherwise use opus }`;

  it('guards X in the routes and obligations behind it', () => {
    const rules = 'require caller.team is known else reject 403\ntag team = caller.team\n';
    expect(underlined(`${rules}${routes('caller.team == "a"')}`)).toEqual([]);
  });

  it.each([
    'require caller.team is known when request.stream else reject 403\n',
    '@mode(shadow)\nrequire caller.team is known else reject 403\n',
    'require caller.team is known or request.stream else reject 403\n',
  ])('%s guards nothing', (rules) => {
    expect(underlined(`${rules}${routes('caller.team == "a"')}`)).toEqual(['maybe-missing: caller.team']);
  });

  it('does not guard another constraint', () => {
    const rules = 'require caller.team is known else reject 403\ndeny request when caller.team == "a"';
    expect(underlined(rules)).toEqual(['maybe-missing: caller.team']);
  });
});

describe('`models where`', () => {
  const use = (condition: string) => `routes { otherwise use models where (${condition}) }`;

  it('reads what the catalogue fixes', () => {
    expect(underlined(use('model.region == eu and not model.vision or model in { haiku, opus }'))).toEqual([]);
  });

  it.each([
    ['model.up', 'fact-in-catalogue: model.up'],
    ['request.stream', 'fact-in-catalogue: request.stream'],
    ['model in requested', 'fact-in-catalogue: requested'],
    ['model.price_out > $1000', 'no-models: models where (model.price_out > $1000)'],
  ])('%s', (condition, expected) => {
    expect(underlined(use(condition))).toEqual([expected]);
  });

  it('does not read the time or a counter', () => {
    const schedule = 'schedule office = mon 09:00..17:00 "UTC"\n';
    expect(underlined(`${schedule}${use('now in office')}`)).toEqual(['fact-in-catalogue: now in office']);
    expect(underlined(`budget b $5 per day\n${use('budget.b.used > 5%')}`)).toEqual([
      'fact-in-catalogue: budget.b.used',
    ]);
  });
});
