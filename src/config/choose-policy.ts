import type { Environment } from '../semantics/environment.ts';
import type { Value } from '../semantics/types.ts';
import type { PolicyConfig } from './config.ts';

/** Which of the config's policies decides for a key of these `caller.*` facts: the first whose attributes it has, by its place. */
export type ChoosePolicy = (facts: ReadonlyMap<string, Value>) => number;

/** An attribute that a key does not state has its default, where it has one. */
export function createPolicyChoice(
  policies: readonly Pick<PolicyConfig, 'for'>[],
  { attributes }: Pick<Environment, 'attributes'>,
): ChoosePolicy {
  const last = policies.length - 1;
  const wanted = policies.slice(0, last).map((policy) =>
    [...policy.for].map(([key, value]) => {
      const presence = attributes.get(key)?.presence;
      return { key, value, byDefault: presence?.kind === 'default' ? presence.value : undefined };
    }),
  );
  if (last === 0) return () => 0;
  return (facts) => {
    const found = wanted.findIndex((all) =>
      all.every(({ key, value, byDefault }) => (facts.get(key) ?? byDefault) === value),
    );
    return found === -1 ? last : found;
  };
}
