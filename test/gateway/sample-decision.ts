import type { GatewayConfig } from '../../src/config/config.ts';
import type { Decision, PlannedAttempt } from '../../src/decide/decision.ts';
import type { Facts } from '../../src/decide/facts.ts';
import { noObligations } from '../../src/decide/obligations.ts';
import { type ServedPolicy, servePolicy } from '../../src/gateway/served-policy.ts';
import { failureClasses } from '../../src/protocol/failure.ts';

/** A decision for these models in this order, which falls back on every failure; `changes` take the place of parts. */
export function decisionFor(
  config: Pick<GatewayConfig, 'models'>,
  models: readonly string[],
  changes: Partial<Decision> = {},
): Decision {
  return {
    policy: { name: 'sample', digest: 'sha256:sample' },
    outcome: 'plan',
    route: 'main',
    attempts: models.map((name) => plannedAttempt(config, name)),
    retry: [],
    fallback: { on: failureClasses, maxAttempts: null, withinMs: null },
    reject: null,
    splits: [],
    removed: [],
    obligations: noObligations,
    shadow: [],
    facts: {},
    trace: [],
    ...changes,
  };
}

function plannedAttempt({ models }: Pick<GatewayConfig, 'models'>, name: string): PlannedAttempt {
  const model = models.get(name);
  if (model === undefined) throw new Error(`no model is called ${name}`);
  const { provider, upstream } = model;
  const limits = { timeoutMs: null, firstTokenTimeoutMs: null, after: null };
  return { model: name, provider, upstream, ...limits, guards: [], caps: {}, set: {}, budgets: [], limits: [] };
}

const countsNothing = {
  budgets: [],
  limits: [],
  guards: [],
  caps: [],
  sets: [],
  mirrors: [],
  caches: [],
  models: [],
  facts: [],
  currency: 'USD',
};

/** A policy that a test writes as a function. */
export function policyOf(decide: (facts: Facts) => Decision, requiredFacts: readonly string[] = []): ServedPolicy {
  const program = { name: 'sample', digest: 'sha256:sample', requiredFacts, ...countsNothing };
  return servePolicy(program, (_program, facts) => decide(facts));
}
