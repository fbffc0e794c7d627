import type { Decision } from '../decide/decision.ts';
import type { ApiRequest } from '../protocol/api-request.ts';
import { without } from '../protocol/parameters.ts';
import type { Provider } from '../providers/provider.ts';
import { type AsideTools, callAside } from './call-aside.ts';
import { plannedRequest } from './planned-request.ts';
import type { RecordedRequest } from './recorder.ts';
import type { RequestGuards } from './request-guards.ts';
import { DeniedReceiver } from './send-content.ts';
import type { Spending } from './spending.ts';

export type MirrorOutcome = 'served' | 'failed' | 'not_reserved' | 'blocked' | 'dropped' | 'cancelled';

export interface MirrorTools extends AsideTools {
  /** Hears what came of each copy. */
  readonly mirrored: (model: string, outcome: MirrorOutcome) => void;
  readonly bug: (requestId: string, error: unknown) => void;
}

/** A request of which copies are sent. */
export interface Mirrored {
  readonly requestId: string;
  readonly request: ApiRequest;
  readonly headers: Readonly<Record<string, string>>;
  readonly spending: Spending;
  readonly record: RecordedRequest;
  readonly guards: RequestGuards | undefined;
}

/** So many copies are under way at once; what comes on top is not sent. */
const mostInFlight = 100;

/** Sends copies of requests to other models. Nobody waits for them, and what becomes of them changes nothing for their requests. */
export class Mirrors {
  readonly #tools: MirrorTools;
  readonly #ending = new AbortController();
  readonly #inFlight = new Set<Promise<void>>();

  constructor(tools: MirrorTools) {
    this.#tools = tools;
  }

  /** One for each mirror of the decision. */
  send(mirrored: Mirrored): void {
    const { decision } = mirrored.spending;
    for (const { model } of decision.obligations.mirrors) {
      if (this.#inFlight.size >= mostInFlight || this.#ending.signal.aborted) this.#tools.mirrored(model, 'dropped');
      else this.#start(model, decision, mirrored);
    }
  }

  /** Lets those under way end, for so many milliseconds; then they are cancelled. Later ones are not sent. */
  async stop(graceMs: number): Promise<void> {
    const cancel = setTimeout(() => this.#ending.abort(), graceMs);
    while (this.#inFlight.size > 0) await Promise.all(this.#inFlight);
    clearTimeout(cancel);
    this.#ending.abort();
  }

  #start(model: string, decision: Decision, mirrored: Mirrored): void {
    const sent = this.#copy(model, decision, mirrored)
      .then((outcome) => this.#tools.mirrored(model, outcome))
      .catch((error: unknown) => this.#tools.bug(mirrored.requestId, error));
    const tracked: Promise<void> = sent.finally(() => this.#inFlight.delete(tracked));
    this.#inFlight.add(tracked);
  }

  async #copy(
    model: string,
    decision: Decision,
    { request, headers, spending, record, guards }: Mirrored,
  ): Promise<MirrorOutcome> {
    const aside = spending.planAside(model);
    if (aside === undefined) throw new Error(`a mirror to a model that is not in the catalogue: ${model}`);
    const { planned } = aside;
    const guarded = await guards?.attempt(decision, planned);
    if (guarded?.kind === 'blocked') return 'blocked';
    const copy = wholeCopy(guarded?.request ?? request);
    const call = {
      kind: 'mirror',
      aside,
      decision,
      request: copy,
      sentTo: (provider: Provider) => plannedRequest(copy, decision, planned, provider),
      headers: withoutIdempotency(headers),
    } as const;
    try {
      const outcome = await callAside(this.#tools, spending, record, call, this.#ending.signal);
      if (outcome.kind === 'failed' && this.#ending.signal.aborted) return 'cancelled';
      return outcome.kind === 'answered' ? 'served' : outcome.kind;
    } catch (error) {
      if (error instanceof DeniedReceiver) return 'blocked';
      throw error;
    }
  }
}

const unstreamed = without('stream', 'stream_options');

/** Nobody reads a copy as it comes. */
function wholeCopy(request: ApiRequest): ApiRequest {
  return request.stream ? { ...request, stream: false, body: unstreamed(request.body, false) } : request;
}

/** A copy is another request: the upstream must not take it for the first. */
function withoutIdempotency(headers: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  const { 'idempotency-key': _, ...others } = headers;
  return others;
}
