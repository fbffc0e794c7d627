import type { GatewayConfig } from '../config/config.ts';
import type { Decision } from '../decide/decision.ts';
import type { Facts } from '../decide/facts.ts';
import type { Ledger } from '../ledger/ledger.ts';
import type { CacheStatus, EntryEnd, GuardEntry, LedgerEntry } from '../ledger/ledger-entry.ts';
import { GatewayError } from '../protocol/gateway-error.ts';
import type { UpstreamFailure } from '../protocol/upstream-answer.ts';
import { StoreUnavailable } from '../stores/store.ts';
import type { SumBooking } from './book-sums.ts';
import type { Clock } from './clock.ts';
import type { FactOrigin } from './collect-facts.ts';
import { createId } from './create-id.ts';
import { entryFacts } from './entry-facts.ts';
import { entryLabels } from './entry-labels.ts';
import type { AttemptRecord } from './execute-plan.ts';
import type { Problem } from './readiness.ts';
import type { Settled } from './spending.ts';

export interface RecorderTools {
  readonly ledger: Ledger;
  readonly sums: SumBooking;
  readonly clock: Clock;
  /** Hears why the ledger could not be written, or sums were lost: not for each request. */
  readonly warn: (why: string) => void;
}

/** What came of a request in the end. */
export interface Ending {
  readonly state: EntryEnd['state'];
  readonly latencyMs: number | null;
  readonly overheadMs: number | null;
  readonly error: string | null;
}

/** What was done for a request. */
export interface Done {
  readonly decision: Decision;
  readonly facts: Facts;
  readonly attempts: readonly AttemptRecord[];
  readonly modelServed: string | null;
  /** The body as guards let it through, of a request that was kept without its own. */
  readonly content?: unknown;
  /** What caches had to do with it; left out where nothing. */
  readonly cache?: CacheDone | undefined;
}

/** What caches had to do with a request. */
export interface CacheDone extends Pick<LedgerEntry, 'cached' | 'wouldCache'> {
  readonly status: CacheStatus;
}

/** `isOwnId`: the gateway made the id, and nothing else has it. A caller may send the same one again. */
export interface RequestOrigin extends FactOrigin {
  readonly isOwnId: boolean;
}

/** A call beside the plan of a request, when it has ended. */
export interface AsideRecord {
  readonly kind: NonNullable<LedgerEntry['aside']>['kind'];
  readonly model: string;
  /** Milliseconds since 1970. */
  readonly startedAt: number;
  /** Null where it was answered. */
  readonly failure: UpstreamFailure | null;
  /** What it counts for; undefined where it was not answered. */
  readonly settled: Settled | undefined;
}

const isKept = Promise.resolve(true);

/** While nothing changes, a ledger that is away is told of so often. */
const warnEveryMs = 10_000;

/** Keeps requests: each in the ledger, and in the sums of its hour when it has ended. */
export class Recorder {
  readonly #tools: RecorderTools;
  readonly #config: Pick<GatewayConfig, 'environment' | 'ledger'>;
  readonly #pending = new Set<Promise<void>>();
  #problem: Problem | undefined;
  #warnedAt = Number.NEGATIVE_INFINITY;

  constructor(config: Pick<GatewayConfig, 'environment' | 'ledger'>, tools: RecorderTools) {
    this.#config = config;
    this.#tools = tools;
  }

  /** Why the ledger cannot be written, while it cannot. */
  get problem(): Problem | undefined {
    return this.#problem;
  }

  /**
   * Takes a request down, with its first decision, while its plan is carried out. Where the ledger did not answer last, it is waited for
   * first, so that nobody is paid for what cannot be kept.
   */
  open(origin: RequestOrigin, facts: Facts, decision: Decision): RecordedRequest | Promise<RecordedRequest> {
    const entry = this.#entryOf(origin, facts, decision);
    const record = new RecordedRequest(this, entry, decision, this.#begin(entry));
    const keeping = this.#problem && record.kept();
    return keeping === undefined ? record : keeping.then(() => record);
  }

  #begin(entry: LedgerEntry): Promise<boolean> {
    return this.#tools.ledger.keeps ? this.#keep(() => this.#tools.ledger.begin(entry)) : isKept;
  }

  /** Takes down a call beside the plan of a request: an entry of its own, with what it cost. */
  aside({ entry: of }: RecordedRequest, { kind, model, startedAt, failure, settled }: AsideRecord): void {
    const { content: _, guards: __, ...like } = of;
    const id = createId(startedAt);
    const entry: LedgerEntry = { ...like, id, state: 'open', startedAt, aside: { of: of.id, kind } };
    const begun = this.#begin(entry);
    const latencyMs = this.#tools.clock.wallNow() - startedAt;
    const attempt = { model, failure: failure?.failure ?? null, status: failure?.status ?? null, startedMs: 0 };
    const end: EntryEnd = {
      id,
      endedAt: startedAt + latencyMs,
      state: failure === null ? 'served' : 'failed',
      attempts: [{ ...attempt, endedMs: latencyMs }],
      modelServed: failure === null ? model : null,
      usage: settled?.usage ?? null,
      usageDoubt: settled?.doubt ?? null,
      cost: settled?.cost ?? null,
      latencyMs,
    };
    if (this.#tools.ledger.keeps) this.#end(entry, begun, end);
    this.#tools.sums.add({ ...entry, ...end }, startedAt);
  }

  /** The ledger did not do what it was asked. */
  failed(why: string): void {
    const at = this.#tools.clock.now();
    if (this.#problem?.why !== why || at - this.#warnedAt >= warnEveryMs) {
      this.#warnedAt = at;
      this.#tools.warn(why);
    }
    this.#problem = { why, at };
  }

  /** Resolves when everything is kept, or is known not to be. */
  async drain(): Promise<void> {
    await Promise.allSettled(this.#pending);
    await this.#tools.sums.drain();
  }

  get mayServeUnkept(): boolean {
    return this.#config.ledger.onUnavailable === 'allow';
  }

  /** What is known only now, of a request that was taken down. */
  finish(entry: LedgerEntry, begun: Promise<boolean>, done: DoneAnew | undefined, ending: EndingOfAll): void {
    if (this.#tools.ledger.keeps) {
      const end = { id: entry.id, endedAt: this.#tools.clock.wallNow(), ...ending, ...this.#doneOf(done) };
      this.#end(entry, begun, end);
    }
    const { key, team, user, startedAt } = entry;
    const { route, split, branch, tags } = done === undefined ? entry : outlineOf(done.decision);
    const { usage, cost } = ending;
    const modelServed = done?.modelServed ?? null;
    const cached = done?.cache?.cached;
    const summed = { key, team, user, route, split, branch, tags, modelServed, usage, cost };
    this.#tools.sums.add(cached === undefined ? summed : { ...summed, cached }, startedAt);
  }

  #end(entry: LedgerEntry, begun: Promise<boolean>, end: EntryEnd): void {
    const kept = begun.then(async (isKept) => {
      if (!isKept && !(await this.#keep(() => this.#tools.ledger.begin(entry)))) return;
      await this.#keep(() => this.#tools.ledger.end(end));
    });
    const pending: Promise<void> = kept.finally(() => this.#pending.delete(pending));
    this.#pending.add(pending);
  }

  /** Of a later decision everything that it says is told anew. */
  #doneOf(done: DoneAnew | undefined) {
    if (done === undefined) return {};
    const { decision, facts, attempts, modelServed, content, cache, isAnew } = done;
    return {
      ...(isAnew && {
        ...outlineOf(decision),
        facts: this.#factsOf(facts, decision),
        decision: this.#saidBy(decision),
      }),
      attempts: attempts.map(({ model, failure, startedAt, endedAt }) => ({
        model,
        failure: failure?.failure ?? null,
        status: failure?.status ?? null,
        startedMs: Math.round(startedAt),
        endedMs: Math.round(endedAt),
      })),
      modelServed,
      ...(cache !== undefined && cacheMembers(cache)),
      ...(content !== undefined && this.#config.ledger.content && { content }),
    };
  }

  #entryOf({ id, isOwnId, caller, request, headers }: RequestOrigin, facts: Facts, decision: Decision): LedgerEntry {
    const wallNow = this.#tools.clock.wallNow();
    const text = (key: string) => textOf(facts.get(key));
    const { policy, route, split, branch, tags } = outlineOf(decision);
    const entry = {
      id: isOwnId ? id : createId(wallNow),
      requestId: id,
      state: 'open' as const,
      startedAt: wallNow,
      endedAt: null,
      key: caller.name,
      team: text('caller.team'),
      user: text('caller.user'),
      app: text('caller.app'),
      claimedUser: text('request.user'),
      endpoint: request.surface,
      modelAsked: request.model.slice(0, 256),
      policy,
      route,
      split,
      branch,
      tags,
      facts: this.#factsOf(facts, decision),
      decision: this.#saidBy(decision),
      attempts: [],
      modelServed: null,
      usage: null,
      usageDoubt: null,
      cost: null,
      labels: this.#tools.ledger.keeps ? entryLabels(headers) : {},
      cache: 'off' as const,
      error: null,
      latencyMs: null,
      overheadMs: null,
    };
    // What guards are to look at first is not written down before they have.
    return this.#config.ledger.content && !changesInput(decision) ? { ...entry, content: request.body } : entry;
  }

  #factsOf(facts: Facts, { facts: read }: Decision): LedgerEntry['facts'] {
    return this.#tools.ledger.keeps ? entryFacts(this.#config.environment, facts, read) : {};
  }

  #saidBy(decision: Decision): LedgerEntry['decision'] {
    if (!this.#tools.ledger.keeps) return decision;
    const { facts: _, trace: __, ...said } = decision;
    return said;
  }

  /** Whether it was kept. Anything but a ledger that does not answer is a bug. */
  async #keep(write: () => Promise<void>): Promise<boolean> {
    try {
      await write();
      this.#problem = undefined;
      return true;
    } catch (error) {
      if (!(error instanceof StoreUnavailable)) throw error;
      this.failed(error.message);
      return false;
    }
  }
}

const textOf = (value: unknown): string | null => (typeof value === 'string' ? value : null);

const cacheMembers = ({ status, cached, wouldCache }: CacheDone) => ({
  cache: status,
  ...(cached !== undefined && { cached }),
  ...(wouldCache !== undefined && { wouldCache }),
});

/** Guards may block or redact what a request says. */
function changesInput({ obligations, attempts }: Decision): boolean {
  const changes = ({ guards }: Pick<Decision['attempts'][number], 'guards'>) =>
    guards.some(({ on, action }) => on === 'input' && action !== 'observe');
  return changes(obligations) || attempts.some(changes);
}

/** What requests are told apart by afterwards. */
function outlineOf({ policy, route, splits, obligations }: Decision) {
  const [split] = splits;
  return { policy, route, split: split?.name ?? null, branch: split?.branch ?? null, tags: obligations.tags };
}

/** `isAnew`: it is another decision than the one that the entry began with. */
type DoneAnew = Done & { readonly isAnew: boolean };
type Used = Pick<LedgerEntry, 'usage' | 'usageDoubt' | 'cost'>;
type EndingOfAll = Ending & Used & Pick<LedgerEntry, 'guards'>;

const nothingUsed: Used = { usage: null, usageDoubt: null, cost: null };

/** One request that is being kept. */
export class RecordedRequest {
  readonly #recorder: Recorder;
  readonly #entry: LedgerEntry;
  readonly #first: Decision;
  readonly #begun: Promise<boolean>;
  #done: DoneAnew | undefined;
  #used: Used | undefined;
  #ending: Ending | undefined;
  #isFinished = false;
  #guards: { readonly hits: readonly GuardEntry[] } | undefined;

  constructor(recorder: Recorder, entry: LedgerEntry, first: Decision, begun: Promise<boolean>) {
    this.#first = first;
    this.#recorder = recorder;
    this.#entry = entry;
    this.#begun = begun;
    // Whoever does not ask whether it was kept is told by the log alone.
    begun.catch(() => undefined);
  }

  /** Of all requests only this one has it. */
  get id(): string {
    return this.#entry.id;
  }

  get entry(): LedgerEntry {
    return this.#entry;
  }

  /** Whoever guards it knows in the end what was found. */
  guardedBy(guards: { readonly hits: readonly GuardEntry[] } | undefined): void {
    this.#guards = guards;
  }

  /**
   * Resolves when a death of the process would not lose it; rejects with a `GatewayError` where nothing may be served that is not kept.
   * Undefined where nothing is to be kept.
   */
  kept(): Promise<void> | undefined {
    return this.#begun === isKept ? undefined : this.#whenKept();
  }

  async #whenKept(): Promise<void> {
    if ((await this.#begun) || this.#recorder.mayServeUnkept) return;
    const details = { retryAfterMs: 1000 };
    throw new GatewayError(
      'ledger_unavailable',
      'the gateway cannot keep its ledger, and serves nothing meanwhile',
      details,
    );
  }

  /** What was done, up to the answer's first byte. */
  did(done: Done): void {
    this.#done = { ...done, isAnew: done.decision !== this.#first };
  }

  /** What the answer used, when it has ended. */
  used({ usage, doubt, cost }: Settled): void {
    this.#used = { usage, usageDoubt: doubt, cost: cost ?? null };
    this.#finish();
  }

  /** Says how it ended; the first word on it counts. */
  end(ending: Ending): void {
    this.#ending ??= ending;
    this.#finish();
  }

  /** An answer has ended when its caller has it and it is known what it used; anything else at once. */
  #finish(): void {
    const isAnswer = (this.#done?.modelServed ?? null) !== null;
    if (this.#isFinished || this.#ending === undefined || (isAnswer && this.#used === undefined)) return;
    this.#isFinished = true;
    const guards = this.#guards?.hits ?? [];
    const { state, latencyMs, overheadMs, error } = this.#ending;
    const { usage, usageDoubt, cost } = this.#used ?? nothingUsed;
    const ending = { state, latencyMs, overheadMs, error, usage, usageDoubt, cost };
    this.#recorder.finish(this.#entry, this.#begun, this.#done, guards.length > 0 ? { ...ending, guards } : ending);
  }
}
