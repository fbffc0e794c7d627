import { isCounting } from '../decide/charges.ts';
import { counterFacts } from '../decide/counter-facts.ts';
import type { Decision } from '../decide/decision.ts';
import type { Facts } from '../decide/facts.ts';
import { GatewayError } from '../protocol/gateway-error.ts';
import { surfaces } from '../protocol/surfaces.ts';
import type { StreamAnswer, UpstreamFailure, WholeAnswer } from '../protocol/upstream-answer.ts';
import type { Usage } from '../protocol/usage.ts';
import type { Environment } from '../semantics/environment.ts';
import { abandonAnswer } from './abandon-answer.ts';
import { allAttemptsFailed } from './all-attempts-failed.ts';
import type { AnswerCaches } from './answer-caches.ts';
import type { AnswerIds } from './answer-ids.ts';
import { textsOf } from './body-facts.ts';
import { carriedHeaders } from './carried-headers.ts';
import type { CollectFacts, FactOrigin } from './collect-facts.ts';
import type { CountTexts } from './exact-tokens.ts';
import {
  type AttemptRecord,
  executePlan,
  type PlanRun,
  type PlanTools,
  type Served,
  timeLeft,
} from './execute-plan.ts';
import { cacheDone, foundResult } from './found-answer.ts';
import type { Likeness } from './likeness.ts';
import { withRetry } from './limits-told.ts';
import type { ChargeStanding } from './meter.ts';
import type { Mirrors } from './mirrors.ts';
import type { ModelHealth } from './model-health.ts';
import { nothingReserved, outOfTime, refusedAgain, storeAway } from './nothing-left.ts';
import type { Notifier } from './notifier.ts';
import { type GuardTools, openGuards } from './open-guards.ts';
import { openRequestCache, openShadowLikeness } from './open-request-cache.ts';
import { cappedTo } from './planned-request.ts';
import { policyRefusal } from './policy-refusal.ts';
import type { PolicySet } from './policy-set.ts';
import { putStandings, putTruths } from './put-standings.ts';
import type { CacheDone, RecordedRequest, Recorder } from './recorder.ts';
import type { RequestCache } from './request-cache.ts';
import type { RequestGuards } from './request-guards.ts';
import { SentText, type Written } from './sent-text.ts';
import type { ServedPolicy } from './served-policy.ts';
import { type Settled, Spending, type SpendingTools } from './spending.ts';
import { tryInShadow } from './try-in-shadow.ts';
import { cacheMissed, WatchedCache } from './watched-cache.ts';

export interface RequestTools extends PlanTools, SpendingTools {
  readonly caches: AnswerCaches;
  readonly policies: PolicySet;
  readonly environment: Environment;
  readonly collectFacts: CollectFacts;
  readonly answerIds: AnswerIds;
  readonly recorder: Recorder;
  readonly health: ModelHealth;
  readonly notifier: Pick<Notifier, 'tell'>;
  /** Where the config declares any. */
  readonly guards?: GuardTools | undefined;
  readonly mirrors: Pick<Mirrors, 'send'>;
  /** Where the config asks for exact counts. */
  readonly countTexts?: CountTexts | undefined;
}

export interface Exchange extends FactOrigin {
  /** The clock's time at which the gateway took the request up. */
  readonly startedAt: number;
  /** Decide, and call nobody. */
  readonly dryRun: boolean;
}

/** What came of a request: the decision, what was done, and what to answer. */
export type RequestResult = {
  readonly decision: Decision;
  readonly attempts: readonly AttemptRecord[];
  readonly upstreamMs: number;
  /** How the counters stood that the request is held to. */
  readonly standings: readonly ChargeStanding[];
  /** What guards found so far, where the policy has any: of a stream all of it when it has ended. */
  readonly guards?: Pick<RequestGuards, 'hits'> | undefined;
  /** What caches had to do with it; undefined where nothing. */
  readonly cache?: CacheDone | undefined;
  /** What is kept of it, of a dry run nothing: whoever answers says how that ended. */
  readonly record?: RecordedRequest;
} & (
  | { readonly outcome: 'dry-run' }
  | { readonly outcome: 'aborted' }
  | { readonly outcome: 'rejected' | 'failed'; readonly error: GatewayError }
  | {
      readonly outcome: 'served';
      readonly model: string;
      /** Tokens that its output was cut to; undefined where it was not. */
      readonly cappedTo: number | undefined;
      readonly answer: WholeAnswer | StreamAnswer;
      /**
       * Says what the upstream told of its use, and what it wrote, once the answer has ended; and what broke it off, where it did not end
       * well. Returns what is believed.
       */
      readonly end: (told: Usage | undefined, written: Written, broken?: UpstreamFailure) => Settled;
    }
);

const nothingDone = { attempts: [], upstreamMs: 0, standings: [] } as const;

/**
 * Facts → decision → reservations → plan → answer, for every request there is, whichever API it came in through. Throws a `GatewayError`
 * for what the door refuses.
 */
export async function handleRequest(
  tools: RequestTools,
  exchange: Exchange,
  signal: AbortSignal,
): Promise<RequestResult> {
  const { caller, dryRun } = exchange;
  if (caller.admin && !dryRun) {
    throw new GatewayError(
      'invalid_api_key',
      'the admin token calls no model: use a virtual key, or ask for a dry run',
    );
  }
  const policy = tools.policies.of(caller);
  const request = tools.answerIds.open(exchange.request, caller.name);
  const textTokens =
    tools.countTexts && (await tools.countTexts(textsOf(surfaces[request.surface].describeBody(request.body))));
  const facts = tools.collectFacts({ ...exchange, request, textTokens }, policy.requiredFacts);
  const { program } = policy;
  const standings = isCounting(program) ? await tools.meter.readStandings(program, facts) : noStandings;
  putStandings(facts, standings);
  const look = tools.health.look(policy.requiredFacts, !dryRun);
  for (const [key, value] of look.facts) facts.set(key, value);
  putTruths(facts, policy);
  const first = policy.decide(facts);
  if (dryRun) return { decision: first, ...nothingDone, outcome: 'dry-run' };
  if (policy.shadow?.covers(exchange.id)) {
    tryInShadow(tools, policy.shadow, { ...exchange, request, textTokens }, first);
  }
  const probes = tools.health.keepProbes(look, first);
  try {
    return await serveDecided(tools, { ...exchange, request }, { policy, facts, first, standings }, signal);
  } finally {
    for (const probe of probes) probe.endProbe();
  }
}

interface Decided {
  readonly policy: ServedPolicy;
  readonly facts: Facts;
  readonly first: Decision;
  readonly standings: readonly ChargeStanding[];
}

async function serveDecided(
  tools: RequestTools,
  exchange: Exchange,
  { policy, facts, first, standings }: Decided,
  signal: AbortSignal,
): Promise<RequestResult> {
  const { request } = exchange;
  if (!standings.some(({ isUnknown }) => isUnknown)) tools.notifier.tell(policy, facts, first, standings);
  const record = await tools.recorder.open(exchange, facts, first);
  const spending = new Spending(tools, policy, { id: record.id, request, facts, decision: first });
  const guards =
    policy.program.guards.length === 0
      ? undefined
      : openGuards(tools, { request, program: policy.program, spending, record, signal });
  record.guardedBy(guards);
  const started = { tools, exchange, spending, record, standings, policy, guards };
  const result = await carryOut(started, signal).catch((bug: unknown) => {
    record.end({ ...unanswered, error: 'internal_error' });
    throw bug;
  });
  await record.kept().catch(async (unkept: unknown) => {
    if (result.outcome === 'served') await abandonAnswer(result);
    record.end({ ...unanswered, error: 'ledger_unavailable' });
    throw unkept;
  });
  return { ...result, guards, record };
}

const unanswered = { state: 'failed', latencyMs: null, overheadMs: null } as const;

/** A request that has been decided, and taken down. */
interface Started {
  readonly tools: RequestTools;
  readonly exchange: Exchange;
  readonly spending: Spending;
  readonly record: RecordedRequest;
  readonly standings: readonly ChargeStanding[];
  readonly guards: RequestGuards | undefined;
  readonly policy: ServedPolicy;
}

async function carryOut(started: Started, signal: AbortSignal) {
  const { exchange, spending, record, standings, policy } = started;
  const { request, headers } = exchange;
  const first = spending.decision;
  const refusal = policyRefusal(first);
  if (refusal !== undefined) {
    const error = isPolicys(started) ? withRetry(refusal, first, standings) : storeAway();
    return { decision: first, ...nothingDone, standings, outcome: outcomeOf(error), error } as const;
  }
  const admitted = refusedAgain(await spending.admit(), spending.refused);
  if (admitted !== undefined) {
    const { decision, facts } = spending;
    record.did({ decision, facts, attempts: [], modelServed: null });
    return { decision, ...nothingDone, standings, outcome: outcomeOf(admitted), error: admitted } as const;
  }
  const carried = carriedHeaders(request.surface, headers);
  const caching = policy.program.caches.length === 0 ? undefined : openCaching(started, carried, signal);
  try {
    const answered = caching?.cache && (await askCache(started, caching.cache));
    return answered ?? (await askModels(started, carried, caching, signal));
  } catch (error) {
    spending.end();
    caching?.cache?.leave();
    throw error;
  }
}

/** The caches of a request whose policy has some: one that it may be answered from, one that is only watched, or neither. */
interface Caching {
  readonly cache: RequestCache | undefined;
  readonly shadow: Likeness | undefined;
}

function openCaching(started: Started, carried: Readonly<Record<string, string>>, signal: AbortSignal): Caching {
  const { tools, policy, exchange, spending, record, guards } = started;
  const { request, headers, caller, startedAt } = exchange;
  const leftMs = () => timeLeft(spending.decision, tools.clock.now() - startedAt);
  const admitted = { request, headers, carried, caller: caller.name, spending, record, guards, signal, leftMs };
  return { cache: openRequestCache(tools, admitted), shadow: openShadowLikeness(tools, policy.program, admitted) };
}

/** Nobody is called and nothing is copied where an answer is found. */
async function askCache(started: Started, cache: RequestCache) {
  const found = await cache.find();
  if (found === undefined) return undefined;
  const { tools, exchange, spending, record, standings, guards } = started;
  const { request } = exchange;
  const { decision, facts } = spending;
  const done = { decision, attempts: [], standings, cache: cacheDone(found) };
  const content = guards === undefined ? undefined : request.body;
  record.did({ ...done, facts, modelServed: found.planned.model, content });
  const result = { ...foundResult(found, request, spending, record), upstreamMs: cache.waitedMs };
  cache.leave();
  if (guards === undefined) return { ...done, ...result };
  return { ...done, ...(await guardServed(guards, decision, result, tools.clock.now, cache.waitedMs)) };
}

async function askModels(
  started: Started,
  carried: Readonly<Record<string, string>>,
  caching: Caching | undefined,
  signal: AbortSignal,
) {
  const { tools, exchange, spending, record, standings, guards } = started;
  const { caller, request, startedAt } = exchange;
  if (spending.decision.obligations.mirrors.length > 0) {
    tools.mirrors.send({ requestId: exchange.id, request, headers: carried, spending, record, guards });
  }
  const asked = {
    request,
    guards,
    headers: carried,
    sealFor: (model: string) => tools.answerIds.sealFor(caller.name, model),
  };
  const watched = caching?.shadow && new WatchedCache(caching.shadow, (error) => tools.caches.bug(exchange.id, error));
  const run = await executePlan(tools, spending, asked, startedAt, signal);
  const { decision, facts } = spending;
  const { attempts, served } = run;
  const cache = cacheMissed(caching?.cache, watched);
  const content = guards === undefined ? undefined : served?.request.body;
  record.did({ decision, facts, attempts, modelServed: served?.model ?? null, content, cache });
  const upstreamMs = run.upstreamMs + (caching?.cache?.waitedMs ?? 0);
  const done = { decision, attempts, upstreamMs, standings, cache };
  const kept = served && caching?.cache?.keep(served);
  const result = resultOf(run, started, signal);
  if (result.outcome !== 'served') {
    caching?.cache?.leave();
    return { ...done, ...result };
  }
  if (served) watched?.answered(served.planned, record.id);
  const given = kept === undefined ? result : { ...result, answer: kept.answer };
  const guarded =
    guards === undefined ? given : await guardServed(guards, decision, given, tools.clock.now, upstreamMs);
  if (kept === undefined || guarded.outcome !== 'served') {
    caching?.cache?.leave();
    return { ...done, ...guarded };
  }
  return { ...done, ...guarded, ...kept.passed(guarded) };
}

/** An answer that a guard blocks was given, and is paid. Time until a guarded stream begins is the upstream's. */
async function guardServed(
  guards: RequestGuards,
  decision: Decision,
  result: ServedResult,
  now: () => number,
  upstreamMs: number,
) {
  const { answer } = result;
  const end: typeof result.end = (told, sent, broken) => result.end(told, guards.written ?? sent, broken);
  const startedAt = now();
  const waited = () => (answer.kind === 'stream' ? upstreamMs + now() - startedAt : upstreamMs);
  try {
    return { ...result, end, answer: await guards.answer(decision, answer), upstreamMs: waited() };
  } catch (error) {
    if (answer.kind === 'whole') end(answer.usage, answer.body);
    else end(answer.usage(), new SentText());
    if (!(error instanceof GatewayError)) throw error;
    const outcome = error.kind === 'guard_blocked' ? ('rejected' as const) : ('failed' as const);
    return { outcome, error, upstreamMs: waited() };
  }
}

type ServedResult =
  | Extract<ReturnType<typeof resultOf>, { readonly outcome: 'served' }>
  | ReturnType<typeof foundResult>;

const noStandings: readonly ChargeStanding[] = [];

function resultOf({ served, attempts, ranOut, blocked }: PlanRun, started: Started, signal: AbortSignal) {
  const { exchange, spending } = started;
  if (served !== undefined) {
    const { model, answer, planned } = served;
    const capped = cappedTo(exchange.request, spending.decision, planned);
    const end = endOf(served, attempts, started);
    return { outcome: 'served', model, answer, cappedTo: capped, end } as const;
  }
  spending.end();
  if (signal.aborted) return { outcome: 'aborted' } as const;
  const rejected = refusedAgain(spending.decision, spending.refused);
  if (rejected !== undefined) return { outcome: outcomeOf(rejected), error: rejected } as const;
  if (blocked !== undefined && attempts.length === 0) return { outcome: 'rejected', error: blocked } as const;
  if (attempts.length > 0) return { outcome: 'failed', error: allAttemptsFailed(attempts) } as const;
  if (ranOut) return { outcome: 'failed', error: outOfTime() } as const;
  const error = nothingReserved(spending.refused, spending.exceedsCostCap);
  return { outcome: outcomeOf(error), error } as const;
}

/** Whether a refusal is the policy's own: what is refused only because nobody knows how counters stand is not. */
function isPolicys({ policy, spending, standings }: Started): boolean {
  const unknown = standings.filter(({ isUnknown }) => isUnknown);
  if (unknown.length === 0) return true;
  const facts = new Map(spending.facts);
  for (const standing of unknown) for (const [key] of counterFacts(standing.charge, standing)) facts.delete(key);
  return policy.decide(facts).outcome === 'reject';
}

const outcomeOf = ({ kind }: GatewayError) => (kind === 'rejected' ? 'rejected' : 'failed');

/** What is said more than once counts once. */
function endOf(
  { model, reserved }: Served,
  attempts: readonly AttemptRecord[],
  { tools, exchange, spending, record }: Started,
) {
  let ended: Settled | undefined;
  return (told: Usage | undefined, written: Written, broken?: UpstreamFailure): Settled => {
    if (ended === undefined) {
      if (broken !== undefined) {
        const calledAt = exchange.startedAt + (attempts.at(-1)?.startedAt ?? 0);
        tools.health.ended(model, broken, tools.clock.now() - calledAt);
      }
      ended = reserved.settle(told, written);
      spending.end();
      record.used(ended);
    }
    return ended;
  };
}
