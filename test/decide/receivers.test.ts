import { describe, expect, it } from 'vitest';
import { readPolicy } from '../../src/compile/read-policy.ts';
import { decide } from '../../src/decide/decide.ts';
import { explainDecision } from '../../src/decide/explain.ts';
import { interpretPolicy } from '../../src/decide/interpret-policy.ts';
import { createSource } from '../../src/diagnostics/source.ts';
import { noParents } from '../../src/semantics/link-layers.ts';
import { configOf } from '../gateway/sample-config.ts';

const config = configOf(`
providers: { sandbox: { kind: sandbox, region: eu } }
models: { echo: { provider: sandbox, price_in: $1, price_out: $2, context_window: 32k, zero_retention: true } }
attributes:
  request.data_region: { type: enum, values: [eu, any], default: any, from: [header x-region] }
  model.audited: { type: bool, default: false }
guards:
  pii: { kind: pii }
  hook: { kind: webhook, url: "https://hook.example", secret: s, region: us }
  names: { kind: presidio, base_url: "https://names.example", region: eu, zero_retention: true }
  mod: { kind: moderation, base_url: "https://mod.example/v1", region: eu }
  judge: { kind: judge, model: echo, question: "?" }
`);

/** What two evaluators both say of receivers; neither is asked without the other. */
function removedBy(rule: string, facts: Readonly<Record<string, string>> = {}) {
  const source = createSource('a.llmpolicy', `edition 2026\npolicy "a"\n${rule}\nroutes { otherwise use echo }`);
  const { value, diagnostics } = readPolicy(source, config.environment, noParents);
  if (!value?.checked) throw new Error(diagnostics.map(({ message }) => message).join('\n'));
  const given = new Map(Object.entries(facts));
  const decision = decide(value.program, given);
  expect(interpretPolicy(value.checked, value.program.digest, given)).toEqual(decision);
  const { trace } = explainDecision(value.checked, value.program, given);
  for (const { model, rule: id } of decision.removed) {
    expect(trace).toContainEqual(expect.objectContaining({ rule: id, did: `removed ${model}` }));
  }
  return { removed: decision.removed.map(({ model }) => model), shadow: decision.shadow };
}

describe('whoever receives content and is no model', () => {
  it('is removed by its region, as a model of that name would be', () => {
    const rule = 'deny model when request.data_region == eu and model.region != eu';
    expect(removedBy(rule, { 'request.data_region': 'eu' }).removed).toEqual(['hook']);
    expect(removedBy(rule, { 'request.data_region': 'any' }).removed).toEqual([]);
  });

  it('is removed unless it is said to keep nothing', () => {
    expect(removedBy('deny model when not model.zero_retention').removed).toEqual(['hook', 'mod']);
  });

  it('has no price, no window and no state that anybody objects to', () => {
    expect(removedBy('deny model when model.price_out > $1').removed).toEqual(['echo']);
    expect(removedBy('deny model when model.context_window < 1M tok').removed).toEqual(['echo']);
    expect(removedBy('deny model when not model.up').removed).toEqual([]);
    expect(removedBy('deny model when model.latency ?? 0s > 1s').removed).toEqual([]);
  });

  it('is none of the models that a list allows', () => {
    expect(removedBy('deny model when model not in { echo }').removed).toEqual(['hook', 'names', 'mod']);
    expect(removedBy('deny model when model.provider != sandbox').removed).toEqual(['hook', 'names', 'mod']);
    expect(removedBy('deny model when not model.audited').removed).toEqual(['echo', 'hook', 'names', 'mod']);
  });

  it('is only named by a rule in the shadow', () => {
    const { removed, shadow } = removedBy('@mode(shadow) deny model when model.region != eu');
    expect(removed).toEqual([]);
    expect(shadow).toEqual([{ rule: 'deny-1', would: 'remove hook' }]);
  });
});
