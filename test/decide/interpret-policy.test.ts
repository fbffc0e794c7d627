import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { compileSource } from '../../src/compile/compile-source.ts';
import { decide } from '../../src/decide/decide.ts';
import { interpretPolicy } from '../../src/decide/interpret-policy.ts';
import { createSource } from '../../src/diagnostics/source.ts';
import { acme, compile, factsOf } from '../support/acme.ts';

const interpretRules = (rules: string, json: Record<string, unknown> = {}) => {
  const compiled = compile(rules);
  return interpretPolicy(compiled.checked, compiled.program.digest, factsOf(compiled, json));
};

const takes = (condition: string, json: Record<string, unknown> = {}) =>
  interpretRules(`routes { route yes when ${condition} use haiku otherwise use opus }`, json).route === 'yes';

describe('the meaning', () => {
  it('of a text that is missing is that of the next, though the door has answered for the first', () => {
    expect(takes('request.user ?? "abc" matches /b/')).toBe(true);
    expect(takes('request.user ?? caller.user ?? "abc" matches /x/', { 'caller.user': 'x' })).toBe(true);
    expect(takes('request.user ?? "abc" matches /b/', { 'request.user': 'x' })).toBe(false);
  });

  it('of a counter that nobody spoke of is unspent, not missing', () => {
    const budget = (condition: string) =>
      interpretRules(`budget day $5 per day\nroutes { route yes when ${condition} use haiku otherwise use opus }`)
        .route;
    expect(budget('budget.day.used < 80%')).toBe('yes');
    expect(budget('budget.day.used >= 80%')).toBe('otherwise');
  });

  it('of the whole example of the language is what its program decides', () => {
    const file = (name: string) =>
      createSource(name, readFileSync(new URL(`../fixtures/acme/${name}`, import.meta.url), 'utf8'));
    const { value } = compileSource(file('support.llmpolicy'), acme.environment, (_, written) => file(written));
    if (!value) throw new Error('the example compiles');
    const { checked, program } = value;
    for (const json of [
      {},
      { 'caller.team': 'a' },
      { 'caller.team': 'a', 'request.data_region': 'eu', 'caller.tier': 'gold', 'haiku.up': false },
      { 'caller.team': 'a', 'request.app': 'support', 'caller.tier': 'internal', 'request.has_tools': true },
      { 'caller.team': 'a', 'request.class': 'batch', now: '2026-01-04T12:00:00Z', 'budget.team-month.used': '97%' },
      { 'caller.team': 'a', 'request.model': 'small', 'limit.team-tpm.exhausted': true },
      { 'caller.team': 'a', 'budget.team-month.used': '100%', 'limit.team-tpm.exhausted': true },
    ]) {
      const facts = factsOf(value, json);
      expect(interpretPolicy(checked, program.digest, facts)).toEqual(decide(program, facts));
    }
  });
});
