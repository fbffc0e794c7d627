import { describe, expect, it } from 'vitest';
import { decideRules, planOf } from '../support/acme.ts';

/** What rules in the shadow would have done: `rule: would`. */
const shadowOf = (rules: string, facts: Record<string, unknown> = {}) =>
  decideRules(rules, facts).shadow.map(({ rule, would }) => `${rule}: ${would}`);

describe('a rule in the shadow', () => {
  it('is logged, and otherwise as if it were not there', () => {
    const rules = `
      @mode(shadow) deny request when request.stream
      @mode(shadow) deny model when model.region == us
      @mode(shadow) budget small $1 per day at 50% use opus
      @mode(shadow) limit tight 1 req per min
      @mode(shadow) cap output 100 tok
      @mode(shadow) cache off
      @mode(shadow) guard pii on both then block
      @mode(shadow) set tools = off
      @mode(shadow) tag team = caller.team ?? "none"
      @mode(shadow) mirror 100% on request.id to opus
      routes { @mode(shadow) route all when request.stream use opus otherwise use haiku }`;
    const facts = { 'request.stream': true, 'budget.small.used': '60%', 'limit.tight.exhausted': true };
    const { shadow: _, facts: __, policy: ___, ...shown } = decideRules(rules, facts);
    const {
      shadow: ____,
      facts: _____,
      policy: ______,
      ...without
    } = decideRules('routes { otherwise use haiku }', {});
    expect(shown).toEqual(without);
    expect(shadowOf(rules, facts)).toEqual([
      'deny-2: remove gpt-4.1-mini',
      'deny-2: remove gpt-pro',
      'deny-2: remove gemini-pro',
      'deny-1: reject 403',
      'all: take all',
      'small: replace the plan',
      'tight: reject 429',
      'cap-1: cap output at 100',
      'cache-1: cache off',
      'guard-1: block by pii on input and output',
      'set-1: set tools',
      'tag-1: tag team = none',
      'mirror-1: mirror to opus',
    ]);
  });

  it('that would remove models names them in catalogue order, however its condition groups them', () => {
    const rules = '@mode(shadow) deny model when model.name == opus and request.stream or model.region == eu';
    expect(shadowOf(rules, { 'request.stream': true })).toEqual(
      ['haiku', 'opus', 'mistral-small', 'mistral-large', 'azure-mini'].map((name) => `deny-1: remove ${name}`),
    );
  });

  it('that holds for attempts is logged for each model of the plan for which it holds', () => {
    const rules = `
      @mode(shadow) cap output 100 tok when model.region == eu
      routes { otherwise use mistral-small then gpt-pro then haiku }`;
    expect(shadowOf(rules)).toEqual([
      'cap-1: cap output at 100 for mistral-small',
      'cap-1: cap output at 100 for haiku',
    ]);
    expect(decideRules(rules).attempts.map(({ caps }) => caps)).toEqual([{}, {}, {}]);
  });

  it('counts but never moves a model', () => {
    const rules = `
      @mode(shadow) limit tried 10 req per min for each model when model == azure-mini
      routes { otherwise use azure-mini then haiku }`;
    const facts = { 'azure-mini.tried.exhausted': true };
    expect(planOf(decideRules(rules, facts))).toEqual(['azure-mini', 'haiku']);
    expect(shadowOf(rules, facts)).toEqual(['tried: try azure-mini last']);
  });
});
