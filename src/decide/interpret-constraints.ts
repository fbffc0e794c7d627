import type { CheckedPolicy, Constraint, DenyModel, Refuse } from '../semantics/typed.ts';
import type { Reject, Removed } from './decision.ts';
import { interpretCondition, interpretFact, type Situation } from './interpret.ts';

/** "`removed` has one entry per denied model and rule, … in catalogue order, built-in rules first, then file order." */
export function interpretRemoved(situation: Situation, { constraints }: CheckedPolicy): Removed[] {
  return situation.environment.models.flatMap((model, index) => {
    const ofModel = { ...situation, model: index };
    const written = liveDenials(constraints).filter(({ when }) => interpretCondition(ofModel, when));
    return [...builtInReasons(ofModel), ...written.map(({ id, because }) => ({ rule: id, because }))].map((reason) => ({
      model: model.name,
      ...reason,
    }));
  });
}

const liveDenials = (constraints: readonly Constraint[]): DenyModel[] =>
  constraints.filter((rule) => rule.kind === 'deny-model' && !rule.shadow) as DenyModel[];

/** What the catalogue may state that a model can do, among the words of `request.needs`. */
export const abilities = ['vision', 'tools', 'json_schema', 'reasoning'];

/** Their ids, in the order in which `removed` names them. */
export const builtInRules = ['context-window', ...abilities.map((ability) => `needs-${ability}`)];

/** "`context-window` (`deny model when request.input_tokens > model.context_window`), `needs-vision`, …: one per ability." */
function builtInReasons(situation: Situation): Omit<Removed, 'model'>[] {
  const stated = situation.environment.models[situation.model ?? -1]?.attributes;
  const window = stated?.get('context_window');
  const tokens = inputTokens(situation);
  const needs = interpretFact(situation, { key: 'request.needs', type: { kind: 'set' }, optional: false });
  const lacking = abilities.filter(
    (ability) => Array.isArray(needs) && needs.includes(ability) && stated?.get(ability) !== true,
  );
  return [
    ...(typeof window === 'number' && tokens > window
      ? [{ rule: 'context-window', because: 'the request is longer than the model’s context window' }]
      : []),
    ...lacking.map((ability) => ({
      rule: `needs-${ability}`,
      because: `the model is not known to be able to do \`${ability}\``,
    })),
  ];
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
