/** One comparison of a rule: an attribute with a constant. */
export type Test =
  | { readonly attribute: string; readonly equals: string }
  | { readonly attribute: string; readonly above: number }
  | { readonly attribute: string; readonly among: readonly string[] };

/** Rules as every engine gets them: the first whose tests all hold counts. */
export interface Family {
  readonly name: string;
  readonly rules: readonly (readonly Test[])[];
  /** Requests that are asked in turn: some match early, some late, some not at all. */
  readonly requests: readonly Readonly<Record<string, string | number>>[];
}

/** Attributes that the adversarial family compares, all independent of one another. */
const independent = 40;

export const attributeNames: readonly string[] = Array.from({ length: independent }, (_, index) => `n${index}`);

/** `team == "t17"`. */
export function equality(count: number): Family {
  const rules = numbered(count).map((index) => [{ attribute: 'team', equals: `t${index}` }]);
  return {
    name: 'equality',
    rules,
    requests: places(count).map((index) => ({ team: `t${index}`, tokens: 0, tier: 'gold' })),
  };
}

/** `team == "t17" and tokens > 17 and tier in { gold, internal }`. */
export function mixed(count: number): Family {
  const rules = numbered(count).map((index) => [
    { attribute: 'team', equals: `t${index}` },
    { attribute: 'tokens', above: index },
    { attribute: 'tier', among: ['gold', 'internal'] },
  ]);
  const requests = places(count).map((index) => ({ team: `t${index}`, tokens: index + 1, tier: 'gold' }));
  return { name: 'mixed', rules, requests };
}

/** Four thresholds each, on attributes and at heights that nothing connects. */
export function adversarial(count: number): Family {
  const random = pseudoRandom(count);
  const rules = numbered(count).map(() => {
    const attributes = new Set<string>();
    while (attributes.size < 4) attributes.add(attributeNames[random(independent)] ?? 'n0');
    return [...attributes].map((attribute) => ({ attribute, above: 400 + random(600) }));
  });
  const requests = numbered(20).map(() => Object.fromEntries(attributeNames.map((name) => [name, random(1000)])));
  return { name: 'adversarial', rules, requests };
}

const numbered = (count: number): number[] => Array.from({ length: count }, (_, index) => index);

const places = (count: number): number[] => [0, 0.25, 0.5, 0.75, 1].map((part) => Math.floor(part * count));

/** A linear congruential generator (Numerical Recipes): the same rules in every run. */
function pseudoRandom(seed: number): (below: number) => number {
  let state = seed + 1;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}
