import { randomBytes } from 'node:crypto';
import type { Decision, GuardObligation, PlannedAttempt } from '../decide/decision.ts';
import type { Outside } from '../guards/guard.ts';
import { type GuardedBody, guardBody } from '../guards/guard-body.ts';
import type { GuardedRequest } from '../guards/guard-text.ts';
import type { Inspector } from '../guards/inspector.ts';
import { createPlaceholders } from '../guards/placeholders.ts';
import type { GuardEntry } from '../ledger/ledger-entry.ts';
import type { ApiRequest } from '../protocol/api-request.ts';
import type { GatewayError } from '../protocol/gateway-error.ts';
import { surfaces } from '../protocol/surfaces.ts';
import type { StreamAnswer, WholeAnswer } from '../protocol/upstream-answer.ts';
import { activate, obligationsAt, shadowsAt } from './active-guards.ts';
import { guardBlocked } from './guard-blocked.ts';
import { GuardHits } from './guard-hits.ts';
import { guardAnswer } from './guarded-answer.ts';
import { guardStream } from './guarded-stream.ts';
import { SentText } from './sent-text.ts';
import type { ServedProgram } from './served-policy.ts';

/** Whether an attempt may be made, and with what. */
export type GuardedAttempt =
  | { readonly kind: 'pass'; readonly request: ApiRequest }
  /** `isWhole`: the guard holds for the request, not for this attempt alone. */
  | { readonly kind: 'blocked'; readonly error: GatewayError; readonly isWhole: boolean };

export interface GuardedOrigin {
  readonly request: ApiRequest;
  readonly program: ServedProgram;
  readonly inspector: Inspector;
  readonly outside: Outside;
  /** Aborted when the caller goes away. */
  readonly signal: AbortSignal;
}

/** The guards of one request: on what each attempt sends, and on what is answered. */
export class RequestGuards {
  readonly #origin: GuardedOrigin;
  readonly #hits = new GuardHits();
  readonly #guarded: GuardedRequest;
  /** By the obligations that they were guarded for: attempts with the same are sent the same. */
  readonly #bodies = new Map<string, Promise<GuardedBody>>();
  readonly #reported = new Set<string>();
  #written: SentText | undefined;

  constructor(origin: GuardedOrigin) {
    const { inspector, outside, signal } = origin;
    this.#origin = origin;
    this.#guarded = { inspector, outside, signal, placeholders: createPlaceholders(randomBytes(6).toString('hex')) };
  }

  /** What the upstream wrote, of a stream that is guarded: not all of it may go on. */
  get written(): SentText | undefined {
    return this.#written;
  }

  get hits(): readonly GuardEntry[] {
    return this.#hits.list;
  }

  /** The request as an attempt may send it. */
  async attempt(decision: Decision, planned: PlannedAttempt | undefined): Promise<GuardedAttempt> {
    const { request } = this.#origin;
    const obligations = obligationsAt(decision, planned, 'input');
    const shadows = this.#shadows(decision, obligations, 'input');
    if (obligations.length === 0 && shadows.length === 0) return { kind: 'pass', request };
    const { body, blocked } = await this.#body(obligations, shadows);
    if (blocked === null) return { kind: 'pass', request: body === request.body ? request : { ...request, body } };
    const ofRequest = obligationsAt(decision, undefined, 'input').find(({ name }) => name === blocked.guard);
    const isWhole = ofRequest !== undefined && blocks(ofRequest, blocked.rule === 'failed' || blocked.inName === true);
    return { kind: 'blocked', error: guardBlocked(blocked, 'request'), isWhole };
  }

  /** The answer as the caller may have it. A stream is returned when it has begun. Throws a `GatewayError` where a guard blocks it. */
  async answer(decision: Decision, answer: WholeAnswer | StreamAnswer): Promise<WholeAnswer | StreamAnswer> {
    const obligations = obligationsAt(decision, undefined, 'output');
    const shadows = this.#shadows(decision, obligations, 'output');
    const { inspector, request } = this.#origin;
    const guards = activate(inspector.guards, [...obligations, ...shadows]);
    if (guards.length === 0 && !this.#guarded.placeholders.canRestore) return answer;
    const surface = surfaces[request.surface];
    const tell = (reports: Parameters<GuardHits['add']>[1]) => this.#hits.add('output', reports, isNamedIn(shadows));
    if (answer.kind === 'whole') return guardAnswer(answer, surface, guards, this.#guarded, tell);
    const { stream: texts } = surface.texts;
    if (texts === undefined) return answer;
    this.#written = new SentText();
    const written = this.#written;
    return begun(guardStream(answer, { surface, texts, guards, request: this.#guarded, written, tell }));
  }

  #shadows(decision: Decision, live: readonly GuardObligation[], point: GuardEntry['point']) {
    return shadowsAt(this.#origin.program, decision, point).filter(({ name }) => !isNamedIn(live)(name));
  }

  #body(obligations: readonly GuardObligation[], shadows: readonly GuardObligation[]): Promise<GuardedBody> {
    const key = JSON.stringify([obligations, shadows]);
    const known = this.#bodies.get(key) ?? this.#guardBody(obligations, shadows);
    this.#bodies.set(key, known);
    return known;
  }

  async #guardBody(obligations: readonly GuardObligation[], shadows: readonly GuardObligation[]): Promise<GuardedBody> {
    const { request, inspector } = this.#origin;
    const slots = surfaces[request.surface].texts.request(request.body);
    const all = [...obligations, ...shadows];
    const guarded = await guardBody(request.body, slots, 'input', activate(inspector.guards, all), this.#guarded);
    // What several attempts are guarded for is found once.
    const fresh = guarded.reports.filter(({ guard }) => !this.#reported.has(guard));
    for (const { name } of all) this.#reported.add(name);
    this.#hits.add('input', fresh, isNamedIn(shadows));
    return guarded;
  }
}

const isNamedIn = (obligations: readonly GuardObligation[]) => (guard: string) =>
  obligations.some(({ name }) => name === guard);

/** A guard that cannot tell, or cannot change what it found, blocks where it would have changed something. */
function blocks({ action }: GuardObligation, isStuck: boolean): boolean {
  return isStuck ? action !== 'observe' : action === 'block';
}

/** Waits for the first of a stream: until then it can be answered that it is blocked. */
async function begun(answer: StreamAnswer): Promise<StreamAnswer> {
  const chunks = answer.chunks[Symbol.asyncIterator]();
  const first = await chunks.next();
  let isFirst = true;
  const all: AsyncIterator<Uint8Array> = {
    next() {
      if (!isFirst) return chunks.next();
      isFirst = false;
      return Promise.resolve(first);
    },
    // Whoever leaves before the first has been read lets the upstream go as well.
    return: async () => (await chunks.return?.()) ?? { done: true, value: undefined },
  };
  return { ...answer, chunks: { [Symbol.asyncIterator]: () => all } };
}
