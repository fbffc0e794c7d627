import { describe, expect, it } from 'vitest';
import { findings } from '../support/acme.ts';

const underlined = (rules: string) => findings(rules).map(([code, text]) => `${code}: ${text}`);
const plan = (text: string) => `routes {\n  otherwise ${text}\n}`;

describe('a plan', () => {
  it.each([
    ['use haiku then { opus, gpt-pro } then requested', []],
    ['use anthropic/claude-haiku', []],
    ['use cheapest of { haiku, opus } timeout 5s', []],
    ['use spread of { haiku, opus } on caller.user ?? request.id', []],
    ['use haiku then opus after { content_filtered } first token 3s', []],
    ['reject 503 "closed"', []],
    ['use haiku retry 0 on { timeout }', []],
    ['use hiaku', ['unknown-model: hiaku']],
    ['use openai/haiku', ['unknown-model: openai/haiku']],
    ['use { requested, haiku }', ['not-a-model: requested']],
    ['use { }', ['no-models: { }']],
    ['use haiku then haiku', ['listed-twice: haiku']],
    ['use haiku then anthropic/claude-haiku', ['listed-twice: anthropic/claude-haiku']],
    ['use { haiku, opus, haiku }', ['listed-twice: haiku']],
    ['use haiku after { timeout }', ['misplaced-after: after { timeout }']],
    ['use haiku then opus after { time_out }', ['unknown-failure: time_out']],
    ['use haiku timeout 0s', ['too-small: timeout 0s']],
    ['use haiku first token 0s', ['too-small: first token 0s']],
    ['use spread of { haiku, opus } on caller.user', ['maybe-missing: caller.user']],
    ['use spread of { haiku, opus } on request.input_tokens', ['type-mismatch: request.input_tokens']],
    ['reject 302', ['bad-status: reject 302']],
    ['use haiku fallback on { timeout } max 0 attempts', ['no-models: max 0 attempts']],
    ['use haiku fallback on { timeout } within 0s', ['too-small: within 0s']],
    ['use haiku retry 1 on { timeout } backoff 5s..1s', ['out-of-order: 5s..1s']],
    ['use haiku retry 1 on { timeout } retry 2 on { network, timeout }', ['declared-twice: timeout']],
  ])('%s', (text, expected) => {
    expect(underlined(plan(text))).toEqual(expected);
  });
});

describe('routes', () => {
  const split = (body: string) => `routes {\n  split s on request.id {\n${body}\n  }\n  otherwise use haiku\n}`;

  it('have names of their own, and so have branches', () => {
    const route = 'route a when request.stream use haiku';
    const other = 'route a when request.has_tools use opus';
    expect(underlined(`routes {\n${route}\n${other}\notherwise use haiku\n}`)).toEqual(['declared-twice: a']);
    expect(underlined(split('5% as x use opus\notherwise as x use haiku'))).toEqual(['declared-twice: x']);
  });

  it('divide at most everything', () => {
    expect(underlined(split('100% use opus\notherwise use haiku'))).toEqual([]);
    expect(underlined(split('60% use opus\n40.01% use gpt-pro\notherwise use haiku'))).toEqual(['too-much: s']);
  });

  it('stand once in a file', () => {
    const rules = 'routes { otherwise use haiku }\nroutes { otherwise use opus }';
    expect(underlined(rules)).toEqual(['declared-twice: routes { otherwise use opus }']);
    expect(underlined('fallback on { timeout }\nfallback on { network }')).toEqual([
      'declared-twice: fallback on { network }',
    ]);
  });

  it('are known to what stands behind them', () => {
    const routes = 'routes { route a when request.stream use haiku otherwise use opus }\n';
    expect(underlined(`${routes}cap time 5s when route == a\nassert never takes a when request.has_tools`)).toEqual([]);
    expect(underlined(`${routes}cap time 5s when route == b`)).toEqual(['unknown-word: b']);
    expect(underlined(`${routes}assert never takes b`)).toEqual(['unknown-name: b']);
    expect(underlined(`${routes}budget m $5 per day when route == a`)).toEqual(['not-here: route']);
    expect(underlined(`${split('5% as x use opus\notherwise use haiku')}\ncap time 5s when branch == x`)).toEqual([
      'maybe-missing: branch',
    ]);
  });
});
