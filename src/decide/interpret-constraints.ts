import { needs } from '../protocol/needs.ts';
import { isReceiver, type Model, withReceivers } from '../semantics/environment.ts';
import type { CheckedPolicy, Constraint, DenyModel, Refuse } from '../semantics/typed.ts';
import type { Reject, Removed } from './decision.ts';
import { type FactRead, interpretCondition, interpretFact, type Situation } from './interpret.ts';

/** "`removed` has one entry per denied model and rule, … in catalogue order, then the other receivers of content, built-in rules first, then file order." */
export function interpretRemoved(situation: Situation, { constraints }: CheckedPolicy): Removed[] {
  const environment = withReceivers(situation.environment);
  return environment.models.flatMap((model, index) => {
    const ofModel = { ...situation, environment, model: index };
    const written = liveDenials(constraints).filter(({ when }) => interpretCondition(ofModel, when));
    return [
      ...(isReceiver(model) ? [] : builtInReasons(ofModel)),
      ...written.map(({ id, because }) => ({ rule: id, because })),
    ].map((reason) => ({
      model: model.name,
      ...reason,
    }));
  });
}

const liveDenials = (constraints: readonly Constraint[]): DenyModel[] =>
  constraints.filter((rule) => rule.kind === 'deny-model' && !rule.shadow) as DenyModel[];

/** "Of the model's own `vision`, `tools`, `json_schema` and `reasoning`, what is not stated is false." */
const ownAbilities: readonly string[] = ['vision', 'tools', 'json_schema', 'reasoning'];

/** What built-in constraints ask of a request. */
export const endpointAsked: FactRead = { key: 'request.endpoint', type: { kind: 'string' }, optional: false };
export const continuesAsked: FactRead = { key: 'request.continues', type: { kind: 'string' }, optional: true };
export const needsAsked: FactRead = { key: 'request.needs', type: { kind: 'set' }, optional: false };

/** Whether a need of a request that came in through this endpoint does not reach the model, or is beyond it. */
export function isBeyond(model: Model, endpoint: string, need: string): boolean {
  const isLost = model.endpoints.get(endpoint)?.has(need) === true;
  return isLost || (ownAbilities.includes(need) && model.attributes.get(need) !== true);
}

/** A model that could be gone on from: it remembers at some endpoint. */
export function isStateful({ endpoints }: Model): boolean {
  return [...endpoints.values()].some((lost) => !lost.has('stateful'));
}

/** "`context-window`, `endpoint`, `continues`, `needs-vision`, …: one per word of `request.needs`." */
function builtInReasons(situation: Situation): Omit<Removed, 'model'>[] {
  const model = situation.environment.models[situation.model ?? -1];
  if (model === undefined) return [];
  const window = model.attributes.get('context_window');
  const endpoint = String(interpretFact(situation, endpointAsked));
  const continued = interpretFact(situation, continuesAsked);
  const needed = interpretFact(situation, needsAsked);
  const isServed = model.endpoints.has(endpoint);
  const reasons: (readonly [boolean, string, string])[] = [
    [
      typeof window === 'number' && inputTokens(situation) > window,
      'context-window',
      'the request is longer than the model’s context window',
    ],
    [!isServed, 'endpoint', 'the model does not serve the endpoint that the request came in through'],
    [
      isStateful(model) && continued !== undefined && continued !== model.name,
      'continues',
      'the request goes on from an answer that another model gave',
    ],
    ...needs.map((need) => {
      const isLacking =
        Array.isArray(needed) && needed.includes(need) && lacks(model, isServed ? endpoint : null, need);
      return [isLacking, `needs-${need}`, `the model is not known to be able to do \`${need}\``] as const;
    }),
  ];
  return reasons.flatMap(([holds, rule, because]) => (holds ? [{ rule, because }] : []));
}

/** At an endpoint that it does not serve, a model lacks what it lacks everywhere. */
function lacks(model: Model, endpoint: string | null, need: string): boolean {
  if (endpoint !== null) return isBeyond(model, endpoint, need);
  return model.endpoints.size > 0 && [...model.endpoints.keys()].every((served) => isBeyond(model, served, need));
}

export function inputTokens(situation: Situation): number {
  return Number(interpretFact(situation, { key: 'request.input_tokens', type: { kind: 'tokens' }, optional: false }));
}

/** "All failures are collected, the first in file order supplies the status." */
export function interpretRefusal(situation: Situation, { constraints }: CheckedPolicy): Reject | null {
  const failed = constraints.filter(
    (rule): rule is Refuse => rule.kind === 'refuse' && !rule.shadow && interpretCondition(situation, rule.when),
  );
  const [first] = failed;
  if (!first) return null;
  const { status, code, message } = first;
  return { status, code, message, rules: failed.map(({ id }) => id) };
}
