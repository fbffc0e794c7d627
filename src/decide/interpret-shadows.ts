import { isReceiver, withReceivers } from '../semantics/environment.ts';
import type { CheckedPolicy, Counter, Obligation } from '../semantics/typed.ts';
import { writeDuration, writeMoney } from '../syntax/quantities.ts';
import type { Decision, Removed } from './decision.ts';
import { interpretCondition, type Situation } from './interpret.ts';
import { interpretInForce } from './interpret-in-force.ts';
import { textOf } from './interpret-obligations.ts';
import { nameOf, type Planned, readsExhausted } from './interpret-plan.ts';
import { interpretBucket, type Taken } from './interpret-routes.ts';

type Shadow = Decision['shadow'][number];

/**
 * "`@mode(shadow)` may stand on any rule: it is evaluated and logged; everything else behaves as if it were not there." What each would
 * have done on its own, by kind of rule in the order of the stages, and within a kind in file order.
 */
export function interpretShadows(
  situation: Situation,
  policy: CheckedPolicy,
  taken: Taken | null,
  removed: readonly Removed[],
  planned: readonly Planned[],
): Shadow[] {
  const constraints = [...shadowDenials(situation, policy), ...shadowRefusals(situation, policy)];
  if (!taken) return constraints;
  return [
    ...constraints,
    ...shadowChoices(situation, policy, taken),
    ...shadowInForce(situation, policy),
    ...shadowObligations(situation, policy, planned),
    ...shadowMirrors(situation, policy, new Set(removed.map(({ model }) => model))),
  ];
}

function shadowDenials(situation: Situation, { constraints }: CheckedPolicy): Shadow[] {
  const environment = withReceivers(situation.environment);
  const denied = constraints.flatMap((rule) =>
    environment.models.flatMap((model, index) =>
      rule.shadow &&
      rule.kind === 'deny-model' &&
      interpretCondition({ ...situation, environment, model: index }, rule.when)
        ? [{ model, shadow: { rule: rule.id, would: `remove ${model.name}` } }]
        : [],
    ),
  );
  const models = denied.filter(({ model }) => !isReceiver(model));
  const receivers = environment.receivers.flatMap((receiver) => denied.filter(({ model }) => model === receiver));
  return [...models, ...receivers].map(({ shadow }) => shadow);
}

function shadowRefusals(situation: Situation, { constraints }: CheckedPolicy): Shadow[] {
  return constraints.flatMap((rule) =>
    rule.shadow && rule.kind === 'refuse' && interpretCondition(situation, rule.when)
      ? [{ rule: rule.id, would: `reject ${rule.status}` }]
      : [],
  );
}

/** Only those above the route taken: the first that holds wins. */
function shadowChoices(situation: Situation, { choices }: CheckedPolicy, { choice }: Taken): Shadow[] {
  return choices
    .slice(0, choice ? choices.indexOf(choice) : choices.length)
    .filter(({ shadow, when }) => shadow && (when === null || interpretCondition(situation, when)))
    .map(({ id }) => ({ rule: id, would: `take ${id}` }));
}

function shadowInForce(situation: Situation, policy: CheckedPolicy): Shadow[] {
  return interpretInForce(situation, policy)
    .filter(({ rule }) => rule.shadow)
    .map(({ rule, effect }) => ({
      rule: rule.id,
      would: effect.kind === 'reject' ? `reject ${effect.status}` : 'replace the plan',
    }));
}

/** A rule per attempt is logged for each model of the plan for which it holds. */
function shadowObligations(situation: Situation, policy: CheckedPolicy, planned: readonly Planned[]): Shadow[] {
  const { environment } = situation;
  const logged = <Rule extends Obligation>(rules: readonly Rule[], would: (rule: Rule) => string): Shadow[] =>
    rules.flatMap((rule) =>
      heldInShadow(situation, rule, planned).map((model) => ({
        rule: rule.id,
        would: model === undefined ? would(rule) : `${would(rule)} for ${nameOf(situation, model)}`,
      })),
    );
  const exhausted = (counter: Counter): Shadow[] =>
    counter.perAttempt
      ? heldInShadow(situation, counter, planned)
          .map((model) => nameOf(situation, model ?? -1))
          .filter((model) => readsExhausted(situation, counter, model))
          .map((model) => ({ rule: counter.id, would: `try ${model} last` }))
      : [];
  return [
    ...[...policy.budgets, ...policy.limits].flatMap(exhausted),
    ...logged(policy.caps, ({ subject, amount }) => {
      const bound =
        subject === 'cost'
          ? writeMoney(amount, environment.currency)
          : subject === 'time'
            ? writeDuration(amount)
            : amount;
      return `cap ${subject} at ${bound}`;
    }),
    ...logged(policy.caches, ({ mode }) => `cache ${mode}`),
    ...logged(policy.guards, ({ action, guard, points }) => `${action} by ${guard} on ${points.join(' and ')}`),
    ...logged(policy.sets, ({ parameter }) => `set ${parameter}`),
    ...logged(policy.tags, ({ tag, value }) => `tag ${tag} = ${textOf(situation, value)}`),
  ];
}

/** What a rule in the shadow holds for: models of the plan; undefined stands for the request. */
function heldInShadow(situation: Situation, rule: Obligation, planned: readonly Planned[]): (number | undefined)[] {
  const subjects = rule.perAttempt ? planned.map(({ model }) => model) : [undefined];
  const { shadow, when } = rule;
  return subjects.filter((model) => shadow && (when === null || interpretCondition({ ...situation, model }, when)));
}

function shadowMirrors(situation: Situation, { mirrors }: CheckedPolicy, denied: ReadonlySet<string>): Shadow[] {
  return mirrors
    .filter((mirror) => heldInShadow(situation, mirror, []).length > 0)
    .filter((mirror) => interpretBucket(situation, mirror) < mirror.share)
    .filter(({ model }) => !denied.has(nameOf(situation, model)))
    .map(({ id, model }) => ({ rule: id, would: `mirror to ${nameOf(situation, model)}` }));
}
