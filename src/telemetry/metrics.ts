import { collectDefaultMetrics, Gauge, Registry } from 'prom-client';
import type { Decision } from '../decide/decision.ts';
import type { MirrorOutcome } from '../gateway/mirrors.ts';
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
  /** A version was asked about a request in the shadow; it would have decided otherwise in these ways. */
  triedInShadow(policy: string, differs: readonly string[]): void;
  /** A copy of a request has ended, or was not sent. */
  mirrored(model: string, outcome: MirrorOutcome): void;
  /** Everything, to be added up with that of other processes. */
  collect(): Promise<readonly object[]>;
  /** Everything, in Prometheus' text format, and the type that says so. */
  expose(): Promise<{ readonly text: string; readonly contentType: string }>;
}

export interface MeteredGateway {
  readonly currency: string;
  /** Of the catalogue, at the moment. */
  models(): ReadonlyMap<string, { readonly provider: string }>;
  /** Of the gateway. */
  readonly version: string;
  health(): readonly ModelStanding[];
  /** In force at the moment. */
  policies(): readonly MeteredPolicy[];
}

export interface MeteredPolicy {
  readonly name: string;
  readonly digest: string;
  readonly origin: string;
  /** File and store say different things. */
  readonly differ: boolean;
  /** Why the version in the store is not served. */
  readonly problem: string | null;
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
    help: 'The policies in force',
    labelNames: ['policy', 'digest', 'origin'],
    aggregator: 'max',
    registers,
    collect() {
      this.reset();
      for (const { name, digest, origin } of gateway.policies()) this.set({ policy: name, digest, origin }, 1);
    },
  });
  const ofPolicies = (name: string, help: string, isSo: (policy: MeteredPolicy) => boolean) =>
    new Gauge({
      name: `${prefix}${name}`,
      help,
      labelNames: ['policy'],
      aggregator: 'max',
      registers,
      collect() {
        this.reset();
        for (const policy of gateway.policies()) this.set({ policy: policy.name }, isSo(policy) ? 1 : 0);
      },
    });
  ofPolicies('policy_differs', 'Whether file and store say different things', ({ differ }) => differ);
  ofPolicies(
    'policy_behind',
    'Whether the version in the store cannot be served here',
    ({ problem }) => problem !== null,
  );
  const tried = counter('shadow_decisions_total', 'Requests that were decided in the shadow too', ['policy']);
  const differences = counter('shadow_differences_total', 'Of them those that would be decided otherwise, by kind', [
    'policy',
    'kind',
  ]);
  createHealthGauges(registers, prefix, gateway.health);
  new Gauge({
    name: `${prefix}build_info`,
    help: 'The gateway',
    labelNames: ['version', 'node'],
    aggregator: 'max',
    registers,
  }).set({ version: gateway.version, node: process.version }, 1);
  if (runtime) collectDefaultMetrics({ register: registry, prefix });

  const { currency } = gateway;
  const policyLabel = boundedLabel(mostNames);
  const limitLabel = boundedLabel(mostNames);
  // Words of the gateway's and of upstreams' errors: fixed in the first case, and in the second nobody's to bound.
  const codeLabel = boundedLabel(mostNames);

  const countsOf = remembered((endpoint: string) => ({
    overhead: overhead.of(endpoint),
    cameTo: remembered((outcome: string) => ({
      duration: duration.of(endpoint, outcome),
      /** By the first digit of the status. */
      requests: remembered((digit: number) => requests.of(endpoint, outcome, `${digit}xx`)),
    })),
  }));
  /** Labels by the names of a catalogue; what it does not have is `other`. */
  const labelled = (models: ReturnType<MeteredGateway['models']>) => ({
    models,
    callsOf: remembered((named: string) => {
      const provider = models.get(named)?.provider ?? 'other';
      const model = models.has(named) ? named : 'other';
      return {
        attempts: attempts.of(model, provider),
        attemptTime: attemptTime.of(model, provider),
        failures: (failure: string) => failures.of(model, provider, failure),
      };
    }),
    usesOf: remembered((named: string) => {
      const model = models.has(named) ? named : 'other';
      return {
        firstToken: once(() => firstToken.of(model)),
        spend: once(() => spend.of(model, currency)),
        input: tokens.of(model, 'input'),
        cachedInput: tokens.of(model, 'cached_input'),
        cacheWrite: tokens.of(model, 'cache_write'),
        saved: () => saved.of(model, currency),
        output: tokens.of(model, 'output'),
        reasoning: tokens.of(model, 'reasoning'),
      };
    }),
  });
  let names = labelled(gateway.models());
  const namesOf = () => {
    const models = gateway.models();
    if (names.models !== models) names = labelled(models);
    return names;
  };

  const countAttempts = (made: RequestEntry['attempts']) => {
    for (const { model, failure, ms } of made) {
      const calls = namesOf().callsOf(model);
      calls.attempts.total += 1;
      calls.attemptTime.observe(secondsOf(ms));
      if (failure !== undefined) calls.failures(failure).total += 1;
    }
  };
  const countUsage = ({ modelServed, usage, cost, firstTokenMs }: RequestEntry) => {
    if (modelServed === null) return;
    const uses = namesOf().usesOf(modelServed);
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
    if (cached !== undefined) namesOf().usesOf(cached.model).saved().total += nanosToUnits(cached.saved);
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
      const counts = countsOf(endpoint);
      const came = counts.cameTo(outcome);
      came.requests(Math.floor(status / 100)).total += 1;
      came.duration.observe(secondsOf(entry.latencyMs));
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
    triedInShadow(policy, differs) {
      const label = policyLabel(policy);
      tried.of(label).total += 1;
      for (const kind of differs) differences.of(label, kind).total += 1;
    },
    collect: () => registry.getMetricsAsJSON(),
    expose: async () => ({ text: await registry.metrics(), contentType: registry.contentType }),
  };
}

/** Found when it is first asked for: what nobody counted is not told to be nothing. */
function once<Found extends object>(find: () => Found): () => Found {
  let found: Found | undefined;
  return () => {
    found ??= find();
    return found;
  };
}

/** What is looked up for every request, found once: by a label of which there are only so many. */
function remembered<Label, Found extends object>(find: (label: Label) => Found): (label: Label) => Found {
  const known = new Map<Label, Found>();
  return (label) => {
    const before = known.get(label);
    if (before !== undefined) return before;
    const found = find(label);
    known.set(label, found);
    return found;
  };
}
