import { isCutShort } from '../cache/cut-short.ts';
import { lastQuestion } from '../cache/last-question.ts';
import type { StoredAnswer } from '../cache/stored-answer.ts';
import type { Decision, Obligations, PlannedAttempt } from '../decide/decision.ts';
import type { ApiRequest } from '../protocol/api-request.ts';
import { abortSignalOf, type LeavingSignal } from '../providers/leaving.ts';
import { readDuration, readPercent, writePercent } from '../syntax/quantities.ts';
import type { Served } from './execute-plan.ts';
import { type Kept, KeptAnswer } from './kept-answer.ts';
import { Likeness, type LikenessTools } from './likeness.ts';
import type { RecordedRequest } from './recorder.ts';
import { RequestFingerprints } from './request-fingerprints.ts';
import type { RequestGuards } from './request-guards.ts';
import type { Spending } from './spending.ts';

export interface CachedRequest {
  readonly request: ApiRequest;
  readonly headers: Readonly<Record<string, string>>;
  readonly spending: Spending;
  readonly record: RecordedRequest;
  readonly guards: RequestGuards | undefined;
  /** Aborted when the caller goes away. */
  readonly signal: LeavingSignal;
  readonly scope: string;
  /** How long the whole request may still take. */
  readonly leftMs: () => number;
}

/** A stored answer that the request may have. */
export interface Found {
  readonly status: 'hit' | 'semantic';
  readonly stored: StoredAnswer;
  /** Its model's place in the plan. */
  readonly planned: PlannedAttempt;
  /** A percentage: how near the question is to the one that was answered. */
  readonly similarity: string;
}

/** Whoever asks what another is asking waits no longer than this for the other's answer. */
const longestWaitMs = 60_000;

/** The cache of one request, whose policy says that it has one: what it may be answered with, and what of its answer is kept. */
export class RequestCache {
  readonly #tools: LikenessTools;
  readonly #of: CachedRequest;
  readonly #decision: Decision;
  readonly #ttlMs: number;
  readonly #fingerprints: RequestFingerprints;
  readonly #key: string | undefined;
  readonly #likeness: Likeness | undefined;
  #isKeeping = true;
  #land: (landed: StoredAnswer | undefined) => void = () => undefined;
  #waitedMs = 0;

  constructor(tools: LikenessTools, of: CachedRequest, rule: NonNullable<Obligations['cache']>) {
    const { request, headers, spending, scope } = of;
    this.#tools = tools;
    this.#of = of;
    this.#decision = spending.decision;
    this.#ttlMs = readDuration(rule.ttl) ?? 0;
    const { providers } = tools;
    this.#fingerprints = new RequestFingerprints({ request, headers, decision: this.#decision, providers });
    this.#key = this.#fingerprints.key;
    const question = rule.mode === 'semantic' ? lastQuestion(request) : undefined;
    const above = readPercent(rule.above ?? '') ?? 0;
    const shared = { ...of, fingerprints: this.#fingerprints, scope, above, ttlMs: this.#ttlMs };
    this.#likeness = question && new Likeness(tools, { ...shared, question });
  }

  /** The time that passed in waiting for others: for whoever asks the same, and for the embeddings model. */
  get waitedMs(): number {
    return this.#waitedMs;
  }

  /** Whether the request could have been answered from the cache: not if a guard changes what is sent, or sends nothing. */
  get isUsed(): boolean {
    return this.#isKeeping;
  }

  async find(): Promise<Found | undefined> {
    const [first] = this.#decision.attempts;
    const key = this.#key;
    if (first === undefined || key === undefined || !(await this.#isSentAsAsked(first))) {
      this.#isKeeping = false;
      return undefined;
    }
    const { answers } = this.#tools.caches;
    const exact = await this.#usable(await answers.get(this.#of.scope, key), 'hit');
    return exact ?? (await this.#waited(() => this.#fromOthers(key))) ?? (await this.#waited(() => this.#like()));
  }

  /** The answer, of which is kept what its model says. Whoever has it says through the result whether it may be kept. */
  keep({ planned, answer, request }: Served): KeptAnswer {
    const { maxAnswerBytes } = this.#tools.caches.settings;
    const isSame = request.body === this.#of.request.body && this.#of.spending.decision === this.#decision;
    const commit = (kept: Kept) => this.#put(planned, kept);
    const forget = () => this.leave();
    return new KeptAnswer(answer, { most: this.#isKeeping && isSame ? maxAnswerBytes : -1, commit, forget });
  }

  /** Nothing will come of it that others could have. */
  leave(): void {
    this.#land(undefined);
  }

  #put(planned: PlannedAttempt, kept: Kept): void {
    const { caches, clock } = this.#tools;
    const { model } = planned;
    const [key, sent] = [this.#key, this.#fingerprints.sent(planned)];
    if (key === undefined || sent === undefined || isCutShort(this.#of.request.surface, kept.chunks)) {
      this.leave();
      return;
    }
    const stored = { ...kept, model, sent, at: clock.wallNow(), of: this.#of.record.id };
    caches.answers.put(this.#of.scope, key, stored, this.#ttlMs);
    this.#likeness?.remember(planned, key);
    this.#land(stored);
  }

  async #fromOthers(key: string): Promise<Found | undefined> {
    const { caches, clock } = this.#tools;
    const { scope, signal, leftMs } = this.#of;
    const boarding = caches.flights.board(JSON.stringify([scope, key]));
    if (boarding.kind === 'lead') this.#land = boarding.land;
    if (boarding.kind !== 'follow') return undefined;
    const waiting = new AbortController();
    const over = clock.sleep(
      Math.min(leftMs(), longestWaitMs),
      AbortSignal.any([abortSignalOf(signal), waiting.signal]),
    );
    const landed = await Promise.race([boarding.landed, over.then(() => undefined)]);
    waiting.abort();
    return this.#usable(landed, 'hit');
  }

  async #like(): Promise<Found | undefined> {
    const near = await this.#likeness?.find();
    if (near === undefined) return undefined;
    const { key, model } = near.entry;
    const stored = await this.#tools.caches.answers.get(this.#of.scope, key);
    if (stored?.model !== model) return undefined;
    return this.#usable(stored, 'semantic', writePercent(near.similarity));
  }

  /** A stored answer is used only if its model is in the plan, would be sent the same, and no guard keeps that from it. */
  async #usable(
    stored: StoredAnswer | undefined,
    status: Found['status'],
    similarity = '100%',
  ): Promise<Found | undefined> {
    if (stored === undefined || this.#tools.clock.wallNow() >= stored.at + this.#ttlMs) return undefined;
    const planned = this.#decision.attempts.find(({ model }) => model === stored.model);
    if (planned === undefined || !(await this.#isSentAsAsked(planned))) return undefined;
    if (status === 'hit' && this.#fingerprints.sent(planned) !== stored.sent) return undefined;
    return { status, stored, planned, similarity };
  }

  /** What a guard redacts has marks of its own in each request: an answer to it is nobody else's. */
  async #isSentAsAsked(planned: PlannedAttempt): Promise<boolean> {
    const guarded = await this.#of.guards?.attempt(this.#decision, planned);
    return guarded === undefined || (guarded.kind === 'pass' && guarded.request.body === this.#of.request.body);
  }

  async #waited<Value>(work: () => Promise<Value>): Promise<Value> {
    const startedAt = this.#tools.clock.now();
    const value = await work();
    this.#waitedMs += this.#tools.clock.now() - startedAt;
    return value;
  }
}
