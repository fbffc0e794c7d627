import { describe, expect, it } from 'vitest';
import { compileSource } from '../../src/compile/compile-source.ts';
import { decide } from '../../src/decide/decide.ts';
import { createSource } from '../../src/diagnostics/source.ts';
import { acme, decideRules, policyText } from '../support/acme.ts';

describe('the facts of a decision', () => {
  it('hold what some rule asks of, with defaults and neutral values, and nothing that is missing', () => {
    const { facts } = decideRules('deny request when request.class == batch and request.deadline ?? 0s > 1h');
    expect(facts).toMatchObject({ 'request.class': 'interactive', 'request.input_tokens': 0 });
    expect(facts).not.toHaveProperty('request.deadline');
    expect(facts).not.toHaveProperty('caller.team');
  });

  it('hold the state of a model, and of its own counters, only where it is not as it should be', () => {
    const rules = 'limit tpm 1k tok per min for each model';
    expect(Object.keys(decideRules(rules).facts).filter((key) => key.startsWith('haiku.'))).toEqual([]);
    const { facts } = decideRules(rules, { 'haiku.up': false, 'opus.tpm.exhausted': true, 'opus.up': true });
    expect(facts).toMatchObject({ 'haiku.up': false, 'opus.tpm.exhausted': true });
    expect(facts).not.toHaveProperty('opus.up');
    expect(Object.keys(facts)).toEqual(Object.keys(facts).toSorted());
  });

  it('are the same in JSON wherever the same ones are missing', () => {
    const rules = 'deny request when request.deadline ?? 0s > 1h and request.difficulty ?? 0.5 > 0.9';
    const written = (given: Record<string, unknown>) => JSON.stringify(decideRules(rules, given).facts);
    const without = written({});
    expect(written({ 'request.deadline': '2h' })).toMatch(/"request.deadline":"2h",.*"request.input_tokens":0/);
    expect(written({ 'request.difficulty': 0.7 })).toContain('"request.difficulty":0.7');
    expect(written({})).toBe(without);
  });

  it('hold the request’s id where the general `retry` waits, though every route has its own', () => {
    const rules = `
      retry 1 on { timeout } backoff 1s..2s
      routes { otherwise use haiku retry 1 on { rate_limited } }
      limit calm 5 req per min else use opus`;
    const { facts, retry } = decideRules(rules, { 'request.id': 'r1', 'limit.calm.exhausted': true });
    expect(retry).toEqual([{ on: ['timeout'], times: 1, backoffMs: [1000, 2000] }]);
    expect(facts).toMatchObject({ 'request.id': 'r1' });
  });

  it('that say how a counter stands are unspent when not given, whatever attributes models have', () => {
    const used = { key: 'model.used', type: { kind: 'percent' }, presence: { kind: 'default', value: 9000 } } as const;
    const attributes = new Map(acme.environment.attributes).set('model.used', { ...used, declaredAt: 'here' });
    const source = createSource('test.llmpolicy', policyText('budget day $5 per day at 50% use opus'));
    const { value } = compileSource(source, { ...acme.environment, attributes });
    expect(value && decide(value.program, new Map()).obligations.budgets).toEqual([
      { name: 'day', each: {}, used: '0%' },
    ]);
  });
});
