import { hasErrors, type Parsed } from '../diagnostics/diagnostic.ts';
import type { Environment } from '../semantics/environment.ts';
import type { CheckedPick, CheckedPlan, CheckedPolicy } from '../semantics/typed.ts';
import { builtInDenials } from './built-in-constraints.ts';
import { conflictingValues } from './conflicting-values.ts';
import { digestOf } from './digest.ts';
import { FactTable } from './fact-table.ts';
import { lowerOperand } from './lower.ts';
import { RuleLowering } from './lower-rules.ts';
import { meaning } from './meaning.ts';
import type { PolicyProgram, ProgramContent, ProgramModel, ProgramRule } from './program.ts';
import { programRules } from './rules/index.ts';
import { buildTables } from './tables.ts';

/** Compiles a checked policy. What can still be wrong is seen only in the compiled rules: two values for one thing. */
export function compilePolicy(policy: CheckedPolicy): Parsed<PolicyProgram> {
  const first = lowerPolicy(policy, new FactTable());
  // Facts are numbered in the order of their keys, so that nothing depends on the order in which rules met them.
  const keys = first.facts.map((slot) => slot.key).sort();
  const content = lowerPolicy(policy, new FactTable(keys));
  const tables = buildTables(content);
  const findings = programRules.flatMap((rule) => rule(policy, content, tables));
  const diagnostics = [...conflictingValues(policy, content), ...findings];
  if (hasErrors(diagnostics)) return { value: undefined, diagnostics };
  return { value: { ...content, digest: digestOf(content), tables }, diagnostics };
}

function lowerPolicy(policy: CheckedPolicy, facts: FactTable): ProgramContent {
  const { environment, constraints } = policy;
  const lowering = new RuleLowering(policy, facts);
  const picks = allPicks(policy);
  lowering.readJitter(policy.retries);
  const receivers = lowering.receivers(constraints);
  const rules = {
    denials: [...builtInDenials(environment, facts), ...constraints.flatMap((rule) => lowering.denial(rule))],
    refusals: constraints.flatMap((rule) => lowering.refusal(rule)),
    choices: policy.choices.map((choice) => lowering.choice(choice)),
    otherwise: lowering.destination(policy.otherwise),
    retries: policy.retries,
    fallback: policy.fallback,
    budgets: policy.budgets.map((budget) => lowering.budget(budget)),
    limits: policy.limits.map((limit) => lowering.limit(limit)),
    caps: policy.caps.map((cap) => lowering.rule(cap, () => ({ subject: cap.subject, amount: cap.amount }))),
    caches: policy.caches.map((cache) =>
      lowering.rule(cache, (scope) => {
        const { mode, above, ttlMs } = cache;
        return { mode, above, ttlMs, scope: lowering.keys(scope, cache.scope) };
      }),
    ),
    guards: policy.guards.map((rule) =>
      lowering.rule(rule, () => {
        const { guard, points, action, stream } = rule;
        return { guard, points, action, stream };
      }),
    ),
    sets: policy.sets.map((rule) =>
      lowering.rule(rule, (scope) => ({
        parameter: rule.parameter,
        value: rule.value === 'off' ? ('off' as const) : lowerOperand(scope, rule.value),
      })),
    ),
    tags: policy.tags.map((rule) =>
      lowering.rule(rule, () => ({ tag: rule.tag, value: lowering.operand(rule.value) })),
    ),
    mirrors: policy.mirrors.map((rule) => {
      const bucket = lowering.bucket(rule.id, rule.key, rule.salt);
      return lowering.rule(rule, () => ({ model: rule.model, share: rule.share, bucket }));
    }),
  };
  if (rules.caps.some(({ cases }) => cases.some(({ payload }) => payload.subject === 'input'))) {
    facts.slot('request.input_tokens', { kind: 'tokens' });
  }
  const models = modelsOf(environment, facts, picks, [...rules.budgets, ...rules.limits]);
  const answers = picks.some((pick) => pick.models === 'requested') ? answersOf(environment, facts) : [];
  const slots = facts.describe(environment);
  const questions = facts.describeQuestions(environment);
  return {
    name: policy.name,
    edition: policy.edition,
    meaning,
    currency: environment.currency,
    facts: slots,
    requiredFacts: requiredOf(slots, questions),
    questions,
    zones: [...facts.zones].sort(),
    models,
    answers,
    ...(receivers.length > 0 && { receivers }),
    ...rules,
  };
}

/** What the shell gathers: what is not worked out here, and the texts that questions are asked of. */
function requiredOf(slots: ProgramContent['facts'], questions: ProgramContent['questions']): string[] {
  const read = slots.filter(({ derived }) => !derived).map(({ key }) => key);
  return [...new Set([...read, ...questions.map(({ attribute }) => attribute)])].sort();
}

function allPicks(policy: CheckedPolicy): readonly CheckedPick[] {
  const destinations = policy.choices.flatMap((choice) =>
    choice.kind === 'route' ? [choice.destination] : choice.branches.map(({ destination }) => destination),
  );
  const effects = policy.budgets.flatMap(({ thresholds }) =>
    thresholds.flatMap(({ effect }) => (effect.kind === 'notify' ? [] : [effect])),
  );
  const plans: CheckedPlan[] = [
    ...[...destinations, policy.otherwise].map(({ plan }) => plan),
    ...effects,
    ...policy.limits.map(({ otherwise }) => otherwise),
  ];
  return plans.flatMap((plan) => (plan.kind === 'use' ? plan.picks : []));
}

function modelsOf(
  environment: Environment,
  facts: FactTable,
  picks: readonly CheckedPick[],
  counters: readonly ProgramRule<unknown>[],
): ProgramModel[] {
  const isRead = (order: CheckedPick['order'], index: number) =>
    picks.some((pick) => pick.order === order && (pick.models === 'requested' || pick.models.includes(index)));
  return environment.models.map(({ name, provider, upstream, attributes }, index) => {
    const own = counters.flatMap(({ id, shadow, perAttempt, cases }) => {
      const held = perAttempt ? cases.filter(({ models }) => models?.includes(index)) : [];
      return held.map(({ when }) => {
        return { id, shadow, when, exhausted: facts.slot(`${name}.${id}.exhausted`, { kind: 'bool' }) };
      });
    });
    // What is not read is not asked for either: a compiled policy is bound to what was.
    const [input, output] = isRead('cheapest', index) ? [attributes.get('price_in'), attributes.get('price_out')] : [];
    return {
      name,
      provider,
      upstream,
      up: facts.slot(`${name}.up`, { kind: 'bool' }),
      counters: own,
      ...(isRead('fastest', index) && { latency: facts.slot(`${name}.latency`, { kind: 'duration' }) }),
      ...(typeof input === 'number' && typeof output === 'number' && { price: [input, output] as const }),
    };
  });
}

function answersOf(environment: Environment, facts: FactTable): [string, number[]][] {
  facts.slot('request.model', { kind: 'string' });
  const answers = new Map<string, number[]>();
  environment.models.forEach((model, index) => {
    for (const name of model.answersTo) answers.set(name, [...(answers.get(name) ?? []), index]);
  });
  return [...answers].sort(([a], [b]) => (a < b ? -1 : 1));
}
