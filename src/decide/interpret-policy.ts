import { builtInRules } from '../semantics/built-in-rules.ts';
import type { CheckedFallback, CheckedPolicy, CheckedRetry } from '../semantics/typed.ts';
import type { Decision, Obligations, PlannedAttempt, Reject, Removed } from './decision.ts';
import type { Facts } from './facts.ts';
import type { Situation } from './interpret.ts';
import { interpretRefusal, interpretRemoved } from './interpret-constraints.ts';
import { interpretFactsRead } from './interpret-facts-read.ts';
import { interpretInForce, plansInForce, rejectInForce } from './interpret-in-force.ts';
import {
  interpretAttempt,
  interpretInputCap,
  interpretObligations,
  noObligations,
  obligationsOfReject,
} from './interpret-obligations.ts';
import { expandPlan, interpretPlan, nameOf, type Planned } from './interpret-plan.ts';
import { interpretRoute, type Taken, withTaken } from './interpret-routes.ts';
import { interpretShadows } from './interpret-shadows.ts';

/**
 * The meaning of a policy, written to be read: the whole decision, straight from the typed rules and the catalogue. The compiled
 * program is the speed; what the two answer must be the same. Sentences in quotation marks are the language's own.
 */
export function interpretPolicy(policy: CheckedPolicy, digest: string, facts: Facts): Decision {
  const request: Situation = { environment: policy.environment, facts, model: undefined };
  const removed = interpretRemoved(request, policy);
  const refusal = interpretRefusal(request, policy);
  const taken = refusal ? null : interpretRoute(request, policy);
  const situation = taken ? withTaken(request, taken) : request;
  const outcome = taken ? follow(situation, policy, taken, removed) : { reject: refusal, obligations: noObligations };
  const { retries, fallback, replacedBy = [], planned = [] } = { ...policy, ...outcome };
  return {
    policy: { name: policy.name, digest },
    outcome: outcome.reject ? 'reject' : 'plan',
    route: taken?.route ?? null,
    ...(replacedBy.length > 0 && { replacedBy }),
    attempts: planned.map((attempt) => interpretPlanned(situation, policy, attempt)),
    retry: retries.map(({ on, times, backoffMs }) => ({ on, times, backoffMs: backoffMs ?? [0, 0] })),
    fallback,
    reject: outcome.reject,
    splits: taken?.split ? [taken.split] : [],
    removed,
    obligations: outcome.obligations,
    shadow: interpretShadows(situation, policy, taken, removed, planned),
    facts: interpretFactsRead(request, policy),
    trace: [],
  };
}

/** What comes of the route that was taken. Where it names no `retry` or `fallback`, the policy's own hold. */
interface Outcome {
  readonly planned?: readonly Planned[];
  readonly reject: Reject | null;
  readonly replacedBy?: Decision['replacedBy'];
  readonly obligations: Obligations;
  readonly retries?: readonly CheckedRetry[];
  readonly fallback?: CheckedFallback;
}

/**
 * "What stage 1, a `cap input` or the route rejects stays rejected, and so does a route whose own plan is empty. Otherwise a reject in
 * force beats every plan in force, and a plan in force takes the place of the route's." "A `retry` or `fallback` written after a plan
 * inside `routes` takes the place of the general one for that plan."
 */
function follow(situation: Situation, policy: CheckedPolicy, taken: Taken, removed: readonly Removed[]): Outcome {
  const { plan } = taken.destination;
  const own = {
    retries: taken.destination.retries ?? policy.retries,
    fallback: taken.destination.fallback ?? policy.fallback,
  };
  const denied = new Set(removed.map(({ model }) => model));
  const arrange = (listed: readonly Planned[], { maxAttempts }: CheckedFallback) =>
    interpretPlan(situation, policy, listed, denied, maxAttempts);
  const rejected = (reject: Reject) => ({ reject, obligations: obligationsOfReject(situation, policy) });

  const tooLong = interpretInputCap(situation, policy);
  if (tooLong) return { ...own, ...rejected(tooLong) };
  if (plan.kind === 'reject') {
    return { ...own, ...rejected({ status: plan.status, code: 'rejected', message: plan.message, rules: [] }) };
  }
  const listed = expandPlan(situation, plan.picks);
  const ownPlan = arrange(listed, own.fallback);
  if (ownPlan.length === 0) return { ...own, ...rejected(noModelLeft(situation, policy, listed, removed)) };

  const inForce = interpretInForce(situation, policy).filter(({ rule }) => !rule.shadow);
  const obligations = interpretObligations(situation, policy, denied, inForce);
  if (inForce.length === 0) return { ...own, planned: ownPlan, reject: null, obligations };
  const replacedBy = inForce.map(({ name }) => name);
  const refusal = rejectInForce(inForce);
  if (refusal) return { ...rejected(refusal), replacedBy };
  const common = plansInForce(situation, inForce);
  const planned = arrange(common, policy.fallback);
  if (planned.length === 0) return { ...rejected(noModelLeft(situation, policy, common, removed)), replacedBy };
  return { planned, reject: null, obligations, replacedBy };
}

/** "An empty plan is a reject (403, `no-model-left`)", by the rules that removed the models of its list. */
function noModelLeft(
  situation: Situation,
  policy: CheckedPolicy,
  listed: readonly Planned[],
  removed: readonly Removed[],
): Reject {
  const names = new Set(listed.map(({ model }) => nameOf(situation, model)));
  const rules = new Set(removed.filter(({ model }) => names.has(model)).map(({ rule }) => rule));
  const all = new Set([...builtInRules, ...policy.constraints.map(({ id }) => id)]);
  const inFileOrder = [...all].filter((id) => rules.has(id));
  return { status: 403, code: 'no-model-left', message: 'no model is allowed for this request', rules: inFileOrder };
}

/** A model of the plan, with what "is listed on each attempt for which it holds". */
function interpretPlanned(situation: Situation, policy: CheckedPolicy, planned: Planned): PlannedAttempt {
  const { name = '', provider = '', upstream = '' } = situation.environment.models[planned.model] ?? {};
  const { timeoutMs, firstTokenMs, after } = planned;
  const called = { model: name, provider, upstream, timeoutMs, firstTokenTimeoutMs: firstTokenMs, after };
  return { ...called, ...interpretAttempt({ ...situation, model: planned.model }, policy) };
}
