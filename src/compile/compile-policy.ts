import type { Attribute, Environment } from '../semantics/environment.ts';
import type { CheckedDestination, CheckedPolicy, Constraint } from '../semantics/typed.ts';
import type { Type, Value } from '../semantics/types.ts';
import { builtInDenials } from './built-in-constraints.ts';
import { digestOf } from './digest.ts';
import type { Ir } from './ir.ts';
import { type FactTable, lowerCondition } from './lower.ts';
import type { Denial, Destination, FactSlot, PolicyProgram, Refusal } from './program.ts';

/** Raised when a decision could change although no policy did. */
const meaning = 1;

/** Compiles a checked policy. Total: what could be wrong was found by the checker. */
export function compilePolicy(policy: CheckedPolicy): PolicyProgram {
  const first = lowerPolicy(policy, new GrowingFacts());
  // Facts are numbered in the order of their keys, so that nothing depends on the order in which rules met them.
  const keys = first.facts.map((slot) => slot.key).sort();
  const content = lowerPolicy(policy, new GrowingFacts(keys));
  return { ...content, digest: digestOf(content) };
}

function lowerPolicy(policy: CheckedPolicy, facts: GrowingFacts): Omit<PolicyProgram, 'digest'> {
  const { environment } = policy;
  const destination = (checked: CheckedDestination): Destination => ({
    plan: checked.plan,
    retries: checked.retries ?? policy.retries,
    fallback: checked.fallback ?? policy.fallback,
  });
  const scope = { environment, facts, model: undefined };
  const content = {
    name: policy.name,
    edition: policy.edition,
    meaning,
    currency: environment.currency,
    models: environment.models.map(({ name, provider, upstream }) => ({
      name,
      provider,
      upstream,
      up: facts.slot(`${name}.up`, { kind: 'bool' }),
    })),
    answers: usesRequested(policy) ? answersOf(environment, facts) : [],
    denials: [
      ...builtInDenials(environment, facts),
      ...policy.constraints.flatMap((rule) => lowerDenial(environment, facts, rule)),
    ],
    refusals: policy.constraints.flatMap((rule): Refusal[] => {
      if (rule.kind !== 'refuse') return [];
      const { id, code, status, message } = rule;
      return [{ rule: id, code, status, message, when: lowerCondition(scope, rule.when) }];
    }),
    routes: policy.routes.map((route) => ({
      name: route.id,
      when: lowerCondition(scope, route.when),
      destination: destination(route.destination),
    })),
    otherwise: destination(policy.otherwise),
  };
  const slots = facts.describe(environment);
  return { ...content, facts: slots, requiredFacts: slots.map((slot) => slot.key) };
}

/** One condition for each group of models for which the rule reads the same. */
function lowerDenial(environment: Environment, facts: FactTable, rule: Constraint): Denial[] {
  if (rule.kind !== 'deny-model') return [];
  const groups = new Map<string, { models: number[]; when: Ir }>();
  environment.models.forEach((_, model) => {
    const when = lowerCondition({ environment, facts, model }, rule.when);
    if (when.op === 'constant' && !when.value) return;
    const key = JSON.stringify(when);
    const group = groups.get(key);
    if (group) group.models.push(model);
    else groups.set(key, { models: [model], when });
  });
  return [{ rule: rule.id, because: rule.because, groups: [...groups.values()] }];
}

function usesRequested(policy: CheckedPolicy): boolean {
  return [policy.otherwise, ...policy.routes.map((route) => route.destination)].some(
    ({ plan }) => plan.kind === 'use' && plan.picks.some((pick) => pick.models === 'requested'),
  );
}

function answersOf(environment: Environment, facts: FactTable): [string, number[]][] {
  facts.slot('request.model', { kind: 'string' });
  const answers = new Map<string, number[]>();
  environment.models.forEach((model, index) => {
    for (const name of model.answersTo) answers.set(name, [...(answers.get(name) ?? []), index]);
  });
  return [...answers].sort(([a], [b]) => (a < b ? -1 : 1));
}

/** Numbers facts as they are met, beginning with those that it is given. */
class GrowingFacts implements FactTable {
  readonly #slots = new Map<string, { readonly index: number; readonly type: Type }>();

  constructor(keys: readonly string[] = []) {
    for (const key of keys) this.#slots.set(key, { index: this.#slots.size, type: { kind: 'bool' } });
  }

  slot(key: string, type: Type): number {
    const index = this.#slots.get(key)?.index ?? this.#slots.size;
    this.#slots.set(key, { index, type });
    return index;
  }

  describe(environment: Environment): FactSlot[] {
    return [...this.#slots].map(([key, { type }]): FactSlot => {
      const attribute = environment.attributes.get(key) ?? environment.attributes.get(`model.${key.split('.').at(-1)}`);
      const absent = attribute && absentValue(attribute);
      return { key, type, ...(absent !== undefined && { absent }), ...(attribute?.sensitive && { sensitive: true }) };
    });
  }
}

/** What holds where a fact is not given: its default; for a required one, which the door insists on, a neutral value. */
function absentValue({ presence, type }: Attribute): Value | undefined {
  if (presence.kind === 'default') return presence.value;
  return presence.kind === 'optional' ? undefined : neutralValue(type);
}

function neutralValue(type: Type): Value {
  switch (type.kind) {
    case 'bool':
      return false;
    case 'string':
      return 'test';
    case 'enum':
      return type.values[0] ?? '';
    case 'set':
      return [];
    default:
      return 0;
  }
}
