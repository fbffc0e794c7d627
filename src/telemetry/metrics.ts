import { collectDefaultMetrics, Gauge, Registry } from 'prom-client';
import type { Decision } from '../decide/decision.ts';
import type { MirrorOutcome } from '../gateway/mirrors.ts';
import type { Environment } from '../semantics/environment.ts';
import { boundedLabel } from './bounded-label.ts';
import { createBudgetUse } from './budget-use.ts';
import { Counters, Histograms } from './families.ts';
import { createHealthGauges, type ModelStanding } from './health-gauges.ts';
import type { RequestEntry } from './request-entry.ts';

/** What a gateway counts, for Prometheus. Labels come from the config, the policy and fixed lists: never from a request. */
export interface Metrics {
  /** A request has ended. */
  request(entry: RequestEntry, decision: Decision | undefined): void;
  /** The policy has decided, in so many milliseconds. */
  decided(milliseconds: number): void;
  /** A limit of the policy has refused a request or an attempt. */
  limitRefused(limit: string): void;
  /** A copy of a request has ended, or was not sent. */
  mirrored(model: string, outcome: MirrorOutcome): void;
  /** Everything, to be added up with that of other processes. */
  collect(): Promise<readonly object[]>;
  /** Everything, in Prometheus' text format, and the type that says so. */
  expose(): Promise<{ readonly text: string; readonly contentType: string }>;
}

export interface MeteredGateway {
  readonly environment: Pick<Environment, 'models' | 'currency'>;
  /** Of the gateway. */
  readonly version: string;
  health(): readonly ModelStanding[];
  /** In force at the moment. */
  policy(): { readonly name: string; readonly digest: string };
}

const prefix = 'llmpolicy_';
/** Of whole answers of models: from milliseconds to minutes. */
const answerBuckets = [0.01, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300];
/** Of what the gateway itself does: from microseconds to a second. */
const ownBuckets = [0.00001, 0.000025, 0.00005, 0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.01, 0.05, 0.25, 1];

/** Names of limits and budgets come from policies, which change: so many are told apart. */
const mostNames = 200;

const nanosToUnits = (nanos: number): number => nanos / 1e9;

const secondsOf = (milliseconds: number): number => milliseconds / 1000;

/** @param runtime the process too: memory, CPU, garbage collection and how long its event loop stands still */
export function createMetrics(gateway: MeteredGateway, { runtime = false } = {}): Metrics {
  const registry = new Registry();
  const registers = [registry];
  const counter = (name: string, help: string, labelNames: readonly string[]) =>
    new Counters(registry, { name: `${prefix}${name}`, help, labelNames });
  const histogram = (name: string, help: string, labelNames: readonly string[], bounds = answerBuckets) =>
    new Histograms(registry, { name: `${prefix}${name}`, help, labelNames }, bounds);

  const requests = counter('requests_total', 'Requests that have ended', ['endpoint', 'outcome', 'status']);
  const errors = counter('errors_total', 'Errors that were answered, by their stable code', ['code']);
  const duration = histogram('request_duration_seconds', 'From a request to the end of its answer', [
    'endpoint',
    'outcome',
  ]);
  const firstToken = histogram('first_token_seconds', 'From a request to the first event of its stream', ['model']);
  const overhead = histogram('overhead_seconds', 'Time of the gateway itself in a request', ['endpoint'], ownBuckets);
  const decisions = histogram('decision_seconds', 'Time that the policy took to decide', [], ownBuckets);
  const attempts = counter('attempts_total', 'Calls of models', ['model', 'provider']);
  const failures = counter('attempt_failures_total', 'Calls of models that failed, by class', [
    'model',
    'provider',
    'failure',
  ]);
  const attemptTime = histogram('attempt_duration_seconds', 'From a call to the answer or its first event', [
    'model',
    'provider',
  ]);
  const tokens = counter('tokens_total', 'Tokens as upstreams count them: the kinds of input are parts of it', [
    'model',
    'kind',
  ]);
  const spend = counter('spend_total', 'What answers cost, in the currency', ['model', 'currency']);
  const refusals = counter('policy_refusals_total', 'Requests that the policy refused', ['code']);
  const limits = counter('limit_refusals_total', 'Requests and attempts that a limit refused', ['limit']);
  const guards = counter('guard_hits_total', 'What guards found, or failed to look at', [
    'guard',
    'point',
    'action',
    'outcome',
    'mode',
  ]);
  const mirrors = counter('mirrors_total', 'Copies of requests to mirrors, by what came of them', ['model', 'outcome']);
  const caches = counter('cache_total', 'Requests that a cache was looked through for, by what came of it', [
    'outcome',
  ]);
  const saved = counter('cache_saved_total', 'What answers of caches would have cost, in the currency', [
    'model',
    'currency',
  ]);
  const budgetUse = createBudgetUse(registers, prefix, mostNames);
  new Gauge({
    name: `${prefix}policy_info`,
    help: 'The policy in force',
    labelNames: ['policy', 'digest'],
    aggregator: 'max',
    registers,
    collect() {
      const { name, digest } = gateway.policy();
      this.reset();
      this.set({ policy: name, digest }, 1);
    },
  });
  createHealthGauges(registers, prefix, gateway.health);
  new Gauge({
    name: `${prefix}build_info`,
    help: 'The gateway',
    labelNames: ['version', 'node'],
    aggregator: 'max',
    registers,
  }).set({ version: gateway.version, node: process.version }, 1);
  if (runtime) collectDefaultMetrics({ register: registry, prefix });

  const providers = new Map(gateway.environment.models.map(({ name, provider }) => [name, provider]));
  const { currency } = gateway.environment;
  const limitLabel = boundedLabel(mostNames);
  // Words of the gateway's and of upstreams' errors: fixed in the first case, and in the second nobody's to bound.
  const codeLabel = boundedLabel(mostNames);

  const countsOf = remembered((endpoint, outcome, status) => ({
    requests: requests.of(endpoint, outcome, status),
    duration: duration.of(endpoint, outcome),
    overhead: overhead.of(endpoint),
  }));
  const callsOf = remembered((named) => {
    const provider = providers.get(named) ?? 'other';
    const model = providers.has(named) ? named : 'other';
    return {
      attempts: attempts.of(model, provider),
      attemptTime: attemptTime.of(model, provider),
      failures: (failure: string) => failures.of(model, provider, failure),
    };
  });
  const usesOf = remembered((named) => {
    const model = providers.has(named) ? named : 'other';
    return {
      firstToken: () => firstToken.of(model),
      spend: () => spend.of(model, currency),
      input: tokens.of(model, 'input'),
      cachedInput: tokens.of(model, 'cached_input'),
      cacheWrite: tokens.of(model, 'cache_write'),
      saved: () => saved.of(model, currency),
      output: tokens.of(model, 'output'),
      reasoning: tokens.of(model, 'reasoning'),
    };
  });

  const countAttempts = (made: RequestEntry['attempts']) => {
    for (const { model, failure, ms } of made) {
      const calls = callsOf(model);
      calls.attempts.total += 1;
      calls.attemptTime.observe(secondsOf(ms));
      if (failure !== undefined) calls.failures(failure).total += 1;
    }
  };
  const countUsage = ({ modelServed, usage, cost, firstTokenMs }: RequestEntry) => {
    if (modelServed === null) return;
    const uses = usesOf(modelServed);
    if (firstTokenMs !== null) uses.firstToken().observe(secondsOf(firstTokenMs));
    if (cost !== null) uses.spend().total += Number(cost);
    if (usage === null) return;
    uses.input.total += usage.inputTokens;
    uses.cachedInput.total += usage.cachedInputTokens;
    uses.cacheWrite.total += usage.cacheWriteTokens;
    uses.output.total += usage.outputTokens;
    uses.reasoning.total += usage.reasoningTokens;
  };
  const limitRefused = (limit: string) => {
    limits.of(limitLabel(limit)).total += 1;
  };
  const countGuards = (hits: NonNullable<RequestEntry['guards']>) => {
    for (const { guard, point, action, outcome, count, shadow } of hits) {
      guards.of(guard, point, action, outcome, shadow ? 'shadow' : 'live').total += count;
    }
  };
  const countCache = ({ status, cached, wouldCache }: NonNullable<RequestEntry['cache']>) => {
    if (status !== 'off') caches.of(status).total += 1;
    if (wouldCache !== undefined) caches.of('shadow').total += 1;
    if (cached !== undefined) usesOf(cached.model).saved().total += nanosToUnits(cached.saved);
  };
  const countDecision = ({ reject, obligations }: Decision) => {
    for (const { name, used } of obligations.budgets) if (used !== undefined) budgetUse.saw(name, used);
    if (reject === null) return;
    refusals.of(reject.code).total += 1;
    if (reject.code === 'limit-exhausted') reject.rules.forEach(limitRefused);
  };
  const decisionTime = decisions.of();
  return {
    request(entry, decision) {
      const { endpoint, status } = entry;
      const outcome = entry.outcome ?? (status >= 400 ? 'refused' : 'answered');
      const counts = countsOf(endpoint, outcome, `${Math.floor(status / 100)}xx`);
      counts.requests.total += 1;
      counts.duration.observe(secondsOf(entry.latencyMs));
      if (entry.error !== null) errors.of(codeLabel(entry.error)).total += 1;
      if (entry.overheadMs !== null) counts.overhead.observe(secondsOf(entry.overheadMs));
      countAttempts(entry.attempts);
      countUsage(entry);
      if (entry.guards !== undefined) countGuards(entry.guards);
      if (entry.cache !== undefined) countCache(entry.cache);
      // While counters cannot be asked, nothing is known of budgets and limits, whatever the decision took for true.
      if (decision !== undefined && entry.error !== 'store_unavailable') countDecision(decision);
    },
    mirrored(model, outcome) {
      mirrors.of(model, outcome).total += 1;
    },
    decided: (milliseconds) => decisionTime.observe(secondsOf(milliseconds)),
    limitRefused,
    collect: () => registry.getMetricsAsJSON(),
    expose: async () => ({ text: await registry.metrics(), contentType: registry.contentType }),
  };
}

/** What is looked up for every request, found once: by labels of which there are only so many. */
function remembered<Found>(find: (...labels: [string, string, string]) => Found) {
  const known = new Map<string, Found>();
  return (first: string, second = '', third = ''): Found => {
    const id = `${first}\n${second}\n${third}`;
    const before = known.get(id);
    if (before !== undefined) return before;
    const found = find(first, second, third);
    known.set(id, found);
    return found;
  };
}
