import { describe, expect, it } from 'vitest';
import { compileSource } from '../../src/compile/compile-source.ts';
import { createSource } from '../../src/diagnostics/source.ts';
import { createFactCollector } from '../../src/gateway/collect-facts.ts';
import { serveCompiled } from '../../src/gateway/compile-served.ts';
import { anonymous } from '../../src/gateway/keys.ts';
import { surfaces } from '../../src/protocol/surfaces.ts';
import { configOf, sandboxInventory } from './sample-config.ts';

const config = configOf(sandboxInventory);
const collect = createFactCollector(config);
const secret = 'the password is swordfish';

/** A policy as the gateway serves it, and what it gathers for it of a request with this text. */
function serve(rules: string) {
  const text = `edition 2026\npolicy "test"\n${rules}\n`;
  const { value, diagnostics } = compileSource(createSource('test.llmpolicy', text), config.environment);
  if (!value) throw new Error(diagnostics.map(({ message }) => message).join('\n'));
  const policy = serveCompiled(value);
  const request = surfaces.chat.readRequest({ model: 'echo', messages: [{ role: 'user', content: secret }] });
  const caller = anonymous;
  const facts = collect({ id: 'id-1', headers: {}, request, caller }, policy.requiredFacts);
  return { policy, facts, decision: policy.decide(facts) };
}

describe('the text of a prompt', () => {
  it.each([
    ['nothing but routes', 'routes { otherwise use requested }'],
    ['the id of a request', 'deny request when request.id like "x*"\nroutes { otherwise use requested }'],
    ['the length of a request', 'deny request when request.input_tokens > 9k tok\nroutes { otherwise use requested }'],
  ])('is not gathered for a policy that asks for %s', (_, rules) => {
    const { policy, facts } = serve(rules);
    expect(policy.requiredFacts).not.toContain('request.prompt');
    expect(facts.has('request.prompt')).toBe(false);
    expect(JSON.stringify([...facts])).not.toContain('swordfish');
  });

  it.each([
    ['a constraint', 'deny request when request.prompt matches /sword/\nroutes { otherwise use requested }'],
    ['a route', 'routes {\n  route secret when request.prompt like "*sword*" reject 403\n  otherwise use requested\n}'],
    [
      'a rule in the shadow',
      '@mode(shadow) deny request when request.prompt matches /sword/\nroutes { otherwise use requested }',
    ],
  ])('is gathered where %s asks about it, and the decision holds the answer alone', (_, rules) => {
    const { policy, facts, decision } = serve(rules);
    expect(policy.requiredFacts).toContain('request.prompt');
    expect(facts.get('request.prompt')).toBe(secret);
    expect(Object.entries(decision.facts)).toContainEqual([expect.stringContaining('request.prompt'), true]);
    expect(JSON.stringify(decision)).not.toContain('swordfish');
  });
});

describe('what a policy requires', () => {
  it('is the state of those counters alone that some rule reads or that hold it', () => {
    const without = serve('routes { otherwise use requested }').policy.requiredFacts;
    expect([...without].filter((key) => /^(budget|limit)\.|\.exhausted$/.test(key))).toEqual([]);
    const text = `edition 2026
policy "test"
routes { otherwise use requested }
budget all $5 per day
limit rpm 60 req per min
limit quota 10 req per min for each model`;
    const counted = compileSource(createSource('test.llmpolicy', text), config.environment).value?.program
      .requiredFacts;
    expect(counted?.filter((key) => /^(budget|limit)\.|\.exhausted$/.test(key))).toEqual(
      [
        'budget.all.used',
        ...config.environment.models.map(({ name }) => `${name}.quota.exhausted`).sort(),
        'limit.rpm.exhausted',
      ].sort(),
    );
  });

  it('is the time of the week only where a schedule is read', () => {
    const rules = 'schedule office = mon..fri 09:00..18:00 "Europe/Paris"\n';
    const asked = serve(`${rules}routes {\n  route day when now in office use requested\n  otherwise use requested\n}`);
    expect(asked.policy.requiredFacts).toContain('now.Europe/Paris');
    expect(serve('routes { otherwise use requested }').policy.requiredFacts).not.toContain('now.Europe/Paris');
  });
});
