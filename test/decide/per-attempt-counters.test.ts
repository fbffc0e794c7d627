import { describe, expect, it } from 'vitest';
import { decideRules, planOf } from '../support/acme.ts';

const plan = 'routes { otherwise use { azure-mini, haiku, mistral-small } }';

describe('a counter that is charged by attempts', () => {
  const azure = `limit azure-tpm 1M tok per min for each model when model.provider == azure\n${plan}`;

  it('puts a model that it holds for last when it is exhausted', () => {
    expect(planOf(decideRules(azure, { 'azure-mini.azure-tpm.exhausted': true }))).toEqual([
      'haiku',
      'mistral-small',
      'azure-mini',
    ]);
  });

  it('is listed on the attempts that it is charged by, not under the obligations', () => {
    const { attempts, obligations } = decideRules(azure);
    expect(attempts.map(({ model, limits }) => [model, limits])).toEqual([
      ['azure-mini', [{ name: 'azure-tpm', each: { model: 'azure-mini' } }]],
      ['haiku', []],
      ['mistral-small', []],
    ]);
    expect(obligations.limits).toEqual([]);
  });

  it('leaves the plan of a request alone that is not charged to it', () => {
    const batches = `limit batches 1M tok per day for each model when model.provider == azure and request.class == batch\n${plan}`;
    const exhausted = { 'azure-mini.batches.exhausted': true };
    expect(planOf(decideRules(batches, exhausted))[0]).toBe('azure-mini');
    expect(planOf(decideRules(batches, { ...exhausted, 'request.class': 'batch' }))[0]).toBe('haiku');
  });

  it('moves each model with the picks that are tried after it', () => {
    const rules = `
      budget provider-day $100 per day for each model.provider when model.region == us
      routes { otherwise use gpt-pro then opus after { content_filtered } then haiku }`;
    expect(planOf(decideRules(rules, { 'gpt-pro.provider-day.exhausted': true }))).toEqual([
      'haiku',
      'gpt-pro',
      'opus',
    ]);
  });
});
