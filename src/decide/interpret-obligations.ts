import { writeValue } from '../semantics/read-value.ts';
import type { CheckedGuard, CheckedPolicy, EachKey, Obligation, Operand } from '../semantics/typed.ts';
import type { Value } from '../semantics/types.ts';
import { writeDuration, writeMoney, writePercent } from '../syntax/quantities.ts';
import type { Caps, CounterObligation, GuardObligation, Obligations, Reject } from './decision.ts';
import { interpretCondition, interpretOperand, type Situation } from './interpret.ts';
import { inputTokens } from './interpret-constraints.ts';
import { type InForce, interpretNotify, usedOf } from './interpret-in-force.ts';
import { nameOf } from './interpret-plan.ts';
import { interpretBucket } from './interpret-routes.ts';

/**
 * "All matching rules contribute." Those of the request where no model is under consideration; else those that a rule which "reads
 * `model.…`" lists "on each attempt for which it holds".
 */
function matching<Rule extends Obligation>(situation: Situation, rules: readonly Rule[]): Rule[] {
  const perAttempt = situation.model !== undefined;
  return rules.filter(
    (rule) =>
      !rule.shadow &&
      rule.perAttempt === perAttempt &&
      (rule.when === null || interpretCondition(situation, rule.when)),
  );
}

export const noObligations: Obligations = {
  budgets: [],
  limits: [],
  caps: {},
  cache: null,
  guards: [],
  set: {},
  tags: {},
  mirrors: [],
  notify: [],
};

/** A request that is refused behind the routes is still booked, and who is to be told of what is spent is told. */
export function obligationsOfReject(situation: Situation, policy: CheckedPolicy): Obligations {
  return { ...noObligations, tags: tagsOf(situation, policy), notify: interpretNotify(situation, policy) };
}

/** What holds for the request as a whole. */
export function interpretObligations(
  situation: Situation,
  policy: CheckedPolicy,
  denied: ReadonlySet<string>,
  inForce: readonly InForce[],
): Obligations {
  return {
    budgets: matching(situation, policy.budgets).map((budget) => ({
      name: budget.id,
      each: textsOf(situation, budget.each),
      used: writePercent(usedOf(situation, budget)),
    })),
    limits: limitsOf(situation, policy, inForce),
    caps: capsOf(situation, policy),
    cache: cacheOf(situation, policy),
    guards: guardsOf(situation, policy),
    set: setOf(situation, policy),
    tags: tagsOf(situation, policy),
    mirrors: mirrorsOf(situation, policy, denied),
    notify: interpretNotify(situation, policy),
  };
}

/** What holds for one attempt, of the model under consideration. */
export function interpretAttempt(situation: Situation, policy: CheckedPolicy) {
  return {
    guards: guardsOf(situation, policy),
    caps: capsOf(situation, policy),
    set: setOf(situation, policy),
    budgets: matching(situation, policy.budgets).map(({ id, each }) => ({ name: id, each: textsOf(situation, each) })),
    limits: limitsOf(situation, policy, []),
  };
}

/** "Under a limit's `else` plan a request is neither held to that limit nor counted by it." */
function limitsOf(situation: Situation, { limits }: CheckedPolicy, inForce: readonly InForce[]): CounterObligation[] {
  return matching(situation, limits)
    .filter((limit) => !inForce.some(({ rule }) => rule === limit))
    .map(({ id, each }) => ({ name: id, each: textsOf(situation, each) }));
}

/** "`cap input` refuses longer requests (413)." */
export function interpretInputCap(situation: Situation, policy: CheckedPolicy): Reject | null {
  const tokens = inputTokens(situation);
  const exceeded = matching(situation, policy.caps).filter(
    ({ subject, amount }) => subject === 'input' && tokens > amount,
  );
  if (exceeded.length === 0) return null;
  const message = 'the request is longer than the policy allows';
  return { status: 413, code: 'input-cap', message, rules: exceeded.map(({ id }) => id) };
}

/** "Caps … → minimum." */
function capsOf(situation: Situation, policy: CheckedPolicy): Caps {
  const caps = matching(situation, policy.caps);
  const least = (subject: keyof Caps) =>
    leastOf(caps.filter((cap) => cap.subject === subject).map((cap) => cap.amount));
  const [output, cost, time] = [least('output'), least('cost'), least('time')];
  return {
    ...(output !== null && { output }),
    ...(cost !== null && { cost: writeMoney(cost, policy.environment.currency) }),
    ...(time !== null && { time: writeDuration(time) }),
  };
}

const leastOf = (numbers: readonly number[]): number | null => (numbers.length === 0 ? null : Math.min(...numbers));

/**
 * "Cache ttl → minimum; `cache off` absorbs, else `exact` beats `semantic`, the higher `above` wins, scopes are united (a shared answer
 * must agree in all of them)."
 */
function cacheOf(situation: Situation, policy: CheckedPolicy): Obligations['cache'] {
  const caches = matching(situation, policy.caches);
  const ttl = leastOf(caches.flatMap(({ ttlMs }) => ttlMs ?? []));
  if (ttl === null || caches.some(({ mode }) => mode === 'off')) return null;
  const keys = caches.flatMap((cache) => cache.scope);
  const kept = { ttl: writeDuration(ttl), scope: textsOf(situation, keys) };
  if (caches.some(({ mode }) => mode === 'exact')) return { mode: 'exact', ...kept };
  return { mode: 'semantic', above: writePercent(Math.max(...caches.map(({ above }) => above ?? 0))), ...kept };
}

/** "Guards → one per detector and point (`both` is input and output)." */
function guardsOf(situation: Situation, policy: CheckedPolicy): GuardObligation[] {
  const asked = matching(situation, policy.guards).flatMap((rule) => rule.points.map((point) => ({ rule, point })));
  const detectors = Map.groupBy(asked, ({ rule, point }) => JSON.stringify([rule.guard, point]));
  return [...detectors.values()].flatMap((same) => {
    const rules = same.map(({ rule }) => rule);
    return same.slice(0, 1).map(({ rule, point }) => ({
      name: rule.guard,
      on: point,
      action: strictestAction(rules),
      stream: point === 'input' ? null : strictestStream(rules),
    }));
  });
}

/** "Action = max(observe < redact < block)." */
function strictestAction(rules: readonly CheckedGuard[]): GuardObligation['action'] {
  return (['block', 'redact'] as const).find((action) => rules.some((rule) => rule.action === action)) ?? 'observe';
}

/** "On output stream = max(observe < window, the larger < buffer)." */
function strictestStream(rules: readonly CheckedGuard[]): GuardObligation['stream'] {
  const streams = rules.map(({ stream }) => stream);
  if (streams.includes('buffer')) return 'buffer';
  const windows = streams.flatMap((stream) => (typeof stream === 'object' ? stream.windowBytes : []));
  return windows.length === 0 ? 'observe' : { windowBytes: Math.max(...windows) };
}

/** "`set` holds words as strings, `off` too, numbers as numbers." */
function setOf(situation: Situation, policy: CheckedPolicy): Obligations['set'] {
  return Object.fromEntries(
    matching(situation, policy.sets).flatMap(({ parameter, value }) => {
      const written = value === 'off' ? value : jsonOf(situation, value);
      return typeof written === 'string' || typeof written === 'number' ? [[parameter, written]] : [];
    }),
  );
}

/** "Tags → union." */
function tagsOf(situation: Situation, policy: CheckedPolicy): Obligations['tags'] {
  return Object.fromEntries(matching(situation, policy.tags).map(({ tag, value }) => [tag, textOf(situation, value)]));
}

/** "Mirrors → all apply"; "a mirror to a denied model is not sent." */
function mirrorsOf(situation: Situation, policy: CheckedPolicy, denied: ReadonlySet<string>): Obligations['mirrors'] {
  return matching(situation, policy.mirrors)
    .filter((mirror) => interpretBucket(situation, mirror) < mirror.share)
    .map((mirror) => ({ model: nameOf(situation, mirror.model) }))
    .filter(({ model }) => !denied.has(model));
}

/** The values that tell counters, or cached answers, apart. */
function textsOf(situation: Situation, keys: readonly EachKey[]): Record<string, string> {
  return Object.fromEntries(
    keys.map(({ name, operand }) => [
      name,
      operand ? textOf(situation, operand) : nameOf(situation, situation.model ?? -1),
    ]),
  );
}

export const textOf = (situation: Situation, operand: Operand): string => String(jsonOf(situation, operand));

function jsonOf(situation: Situation, operand: Operand): Value | undefined {
  const value = interpretOperand(situation, operand);
  return value === undefined ? undefined : writeValue(operand.type, value, situation.environment.currency);
}
