import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createPolicyChoice } from '../../src/config/choose-policy.ts';
import type { Attribute } from '../../src/semantics/environment.ts';

const tier: Attribute = {
  key: 'caller.tier',
  type: { kind: 'string' },
  presence: { kind: 'default', value: 'free' },
  declaredAt: 'here',
};
const app: Attribute = { ...tier, key: 'caller.app', presence: { kind: 'optional' } };
const attributes = new Map([tier, app].map((attribute) => [attribute.key, attribute]));
const policyFor = (wanted: Record<string, string>) => ({ for: new Map(Object.entries(wanted)) });
const word = fc.constantFrom('free', 'gold', 'support');
const wanted = fc.dictionary(fc.constantFrom('caller.tier', 'caller.app'), word, { minKeys: 1 });

describe('the policy for a key', () => {
  it('is the first whose every attribute it has, a default included, and else the last', () => {
    fc.assert(
      fc.property(
        fc.array(wanted, { maxLength: 4 }),
        fc.dictionary(fc.constantFrom('caller.tier', 'caller.app'), word),
        (entries, facts) => {
          const policies = [...entries.map(policyFor), policyFor({})];
          const effective: Record<string, string> = { 'caller.tier': 'free', ...facts };
          const matches = entries.map((entry) =>
            Object.entries(entry).every(([key, value]) => effective[key] === value),
          );
          const first = matches.indexOf(true);
          const chosen = createPolicyChoice(policies, { attributes })(new Map(Object.entries(facts)));
          expect(chosen).toBe(first === -1 ? entries.length : first);
        },
      ),
    );
  });
});
