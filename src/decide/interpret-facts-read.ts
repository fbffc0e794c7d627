import { needs } from '../protocol/needs.ts';
import { withReceivers } from '../semantics/environment.ts';
import { writeValue } from '../semantics/read-value.ts';
import type {
  CheckedDestination,
  CheckedPick,
  CheckedPlan,
  CheckedPolicy,
  CheckedRetry,
  Counter,
  Obligation,
  Operand,
} from '../semantics/typed.ts';
import type { Type } from '../semantics/types.ts';
import type { Decision } from './decision.ts';
import { type FactRead, interpretFact, type Situation } from './interpret.ts';
import { continuesAsked, endpointAsked, isBeyond, isStateful, needsAsked } from './interpret-constraints.ts';
import { askedModel, factsAskedBy, factsReadBy, settledTruth } from './interpret-facts-asked.ts';

/**
 * "`facts` holds what the program read": each fact that some rule asks of, whether or not this request came as far as that rule, in
 * JSON and by key. What is sensitive stays out; what is worked out while deciding (`route`, buckets) is shown elsewhere.
 */
export function interpretFactsRead(situation: Situation, policy: CheckedPolicy): Decision['facts'] {
  const { environment } = situation;
  const read = new Map(factsOf(situation, policy).map((fact) => [fact.key, fact]));
  const byKey = [...read.values()].sort((one, other) => (one.key < other.key ? -1 : 1));
  return Object.fromEntries(
    byKey.flatMap((fact) => {
      const value = interpretFact(situation, fact);
      const hidden =
        value === undefined ||
        environment.attributes.get(fact.key)?.sensitive === true ||
        (isModelState(situation, fact) && value === interpretFact({ ...situation, facts: new Map() }, fact));
      return hidden ? [] : [[fact.key, writeValue(fact.type, value, environment.currency)]];
    }),
  );
}

const inputTokens: FactRead = { key: 'request.input_tokens', type: { kind: 'tokens' }, optional: false };

/** The state of a model is read of all of them, and shown of those of which it says something. */
function isModelState({ environment: { attributes, models } }: Situation, { key }: FactRead): boolean {
  return !attributes.has(key) && models.some(({ name }) => key.startsWith(`${name}.`));
}

/** The facts that a policy reads. */
function factsOf(situation: Situation, policy: CheckedPolicy): FactRead[] {
  const ofRule = (rule: Obligation, operands: readonly (Operand | null)[] = []) =>
    factsOfRule(situation, rule, operands);
  const ofPlan = (plan: CheckedPlan) => factsOfPlan(situation, plan);
  return [
    ...factsOfBuiltIns(situation),
    ...policy.constraints.flatMap((rule) => {
      const everybody = { ...situation, environment: withReceivers(situation.environment) };
      return rule.kind === 'deny-model'
        ? factsOfRule(everybody, { ...rule, perAttempt: true }, [])
        : ofRule({ ...rule, perAttempt: false });
    }),
    ...policy.choices.flatMap((choice) =>
      ofRule({ ...choice, perAttempt: false }, choice.kind === 'split' ? [choice.key] : []),
    ),
    ...destinationsOf(policy).flatMap(({ plan, retries }) => [...ofPlan(plan), ...factsOfRetries(retries ?? [])]),
    ...factsOfRetries(policy.retries),
    ...policy.budgets.flatMap((budget) => [
      ...factsOfCounter(situation, budget, `budget.${budget.id}.used`, { kind: 'percent' }),
      ...budget.thresholds.flatMap(({ effect }) => (effect.kind === 'notify' ? [] : ofPlan(effect))),
    ]),
    ...policy.limits.flatMap((limit) => [
      ...factsOfCounter(situation, limit, `limit.${limit.id}.exhausted`, { kind: 'bool' }),
      ...(limit.burst ? factsReadBy(situation, limit.burst) : []),
      ...ofPlan(limit.otherwise),
    ]),
    ...policy.caps.flatMap((cap) => [...ofRule(cap), ...(cap.subject === 'input' ? [inputTokens] : [])]),
    ...policy.caches.flatMap((cache) =>
      ofRule(
        cache,
        cache.scope.map(({ operand }) => operand),
      ),
    ),
    ...policy.guards.flatMap((guard) => ofRule(guard)),
    ...policy.sets.flatMap((set) => ofRule(set, [set.value === 'off' ? null : set.value])),
    ...policy.tags.flatMap((tag) => ofRule(tag, [tag.value])),
    ...policy.mirrors.flatMap((mirror) => ofRule(mirror, [mirror.key])),
  ];
}

function destinationsOf({ choices, otherwise }: CheckedPolicy): CheckedDestination[] {
  const chosen = choices.flatMap((choice) =>
    choice.kind === 'route' ? [choice.destination] : choice.branches.map(({ destination }) => destination),
  );
  return [...chosen, otherwise];
}

/** What built-in constraints ask, and whether each model is up. */
function factsOfBuiltIns({ environment: { models, attributes } }: Situation): FactRead[] {
  const type = attributes.get('request.endpoint')?.type;
  const endpoints = type?.kind === 'enum' ? type.values : [];
  const beyond = models.flatMap((model) => {
    const served = [...model.endpoints.keys()];
    return needs.map((need) => ({ served, lost: served.filter((endpoint) => isBeyond(model, endpoint, need)) }));
  });
  const isSplit = beyond.some(({ served, lost }) => lost.length > 0 && lost.length < served.length);
  const isUnserved = models.some((model) => endpoints.some((endpoint) => !model.endpoints.has(endpoint)));
  return [
    ...(models.some((model) => model.attributes.has('context_window')) ? [inputTokens] : []),
    ...(beyond.some(({ lost }) => lost.length > 0) ? [{ ...needsAsked, type: typeIn(attributes, needsAsked) }] : []),
    ...(isUnserved || isSplit ? [{ ...endpointAsked, type: typeIn(attributes, endpointAsked) }] : []),
    ...(models.some(isStateful) ? [continuesAsked] : []),
    ...models.map(({ name }) => ofModel(name, 'up', { kind: 'bool' })),
  ];
}

function typeIn(attributes: Situation['environment']['attributes'], { key, type }: FactRead): Type {
  return attributes.get(key)?.type ?? type;
}

const ofModel = (name: string, attribute: string, type: Type, optional = false): FactRead => {
  return { key: `${name}.${attribute}`, type, optional };
};

/** The condition of a rule and the values that it copies, for each model where it reads one. */
function factsOfRule(
  situation: Situation,
  { when, perAttempt }: Pick<Obligation, 'when' | 'perAttempt'>,
  operands: readonly (Operand | null)[],
): FactRead[] {
  const models = perAttempt ? situation.environment.models.keys() : [undefined];
  return [...models].flatMap((model) => {
    const subject = { ...situation, model };
    const copied = operands.flatMap((operand) => (operand ? factsReadBy(subject, operand) : []));
    return [...(when ? factsAskedBy(subject, when) : []), ...copied];
  });
}

/** A counter's state is the request's, or "given for each model that it holds for" where attempts are charged to it. */
function factsOfCounter(situation: Situation, counter: Counter, state: string, type: Type): FactRead[] {
  const { id, when, perAttempt, amount, each } = counter;
  const read = factsOfRule(situation, counter, [amount, ...each.map(({ operand }) => operand)]);
  if (!perAttempt) return [...read, { key: state, type, optional: false }];
  const held = situation.environment.models.filter(
    (_, model) => when === null || settledTruth({ ...situation, model }, when) !== false,
  );
  return [...read, ...held.map(({ name }) => ofModel(name, `${id}.exhausted`, { kind: 'bool' }))];
}

function factsOfPlan(situation: Situation, plan: CheckedPlan): FactRead[] {
  return plan.kind === 'use' ? plan.picks.flatMap((pick) => factsOfPick(situation, pick)) : [];
}

function factsOfPick(situation: Situation, { models, order }: CheckedPick): FactRead[] {
  const { environment } = situation;
  const asked = models === 'requested' ? [askedModel] : [];
  if (order === 'written') return asked;
  if (order === 'cheapest') return [...asked, inputTokens];
  if (order !== 'fastest') return [...asked, ...factsReadBy(situation, order.key)];
  const members = environment.models.filter((_, model) => models === 'requested' || models.includes(model));
  return [...asked, ...members.map(({ name }) => ofModel(name, 'latency', { kind: 'duration' }, true))];
}

/** "A program with a `backoff` reads `request.id`." */
function factsOfRetries(retries: readonly CheckedRetry[]): FactRead[] {
  const waits = retries.some(({ backoffMs }) => backoffMs);
  return waits ? [{ key: 'request.id', type: { kind: 'string' }, optional: false }] : [];
}
