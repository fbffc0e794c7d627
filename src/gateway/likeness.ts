import type { LastQuestion } from '../cache/last-question.ts';
import type { Near, VectorEntry } from '../cache/vector-index.ts';
import type { PlannedAttempt } from '../decide/decision.ts';
import type { ApiRequest } from '../protocol/api-request.ts';
import type { AnswerCaches } from './answer-caches.ts';
import type { AsideTools } from './call-aside.ts';
import { type Embedded, embedQuestion } from './embed-question.ts';
import type { RequestFingerprints } from './request-fingerprints.ts';

export interface LikenessTools extends AsideTools {
  readonly caches: AnswerCaches;
}

export interface LikenessOf extends Omit<Embedded, 'path'> {
  readonly request: ApiRequest;
  readonly question: LastQuestion;
  readonly fingerprints: RequestFingerprints;
  readonly scope: string;
  /** Basis points. */
  readonly above: number;
  readonly ttlMs: number;
}

/** Finds what was asked before and means the same as the question of one request. Everything else that was asked must be equal. */
export class Likeness {
  readonly #tools: LikenessTools;
  readonly #of: LikenessOf;
  readonly #frame: string | undefined;
  #vector: Float32Array | undefined;

  constructor(tools: LikenessTools, of: LikenessOf) {
    this.#tools = tools;
    this.#of = of;
    this.#frame = of.fingerprints.frame(of.question);
  }

  /** The nearest that a model of the plan has answered, near enough. */
  async find(): Promise<Near | undefined> {
    const { caches, clock } = this.#tools;
    const { settings, questions } = caches;
    const frame = this.#frame;
    if (settings.semantic === null || frame === undefined) return undefined;
    const { scope, above, question } = this.#of;
    this.#vector = await embedQuestion(this.#tools, settings.semantic, { ...this.#of, path: question.path });
    if (this.#vector === undefined) return undefined;
    const query = { scope, frame, vector: this.#vector, above, now: clock.wallNow() };
    return questions.nearest({ ...query, accepts: (entry) => this.#isPlanned(entry) });
  }

  /** The question has an answer now; `key` leads to it. */
  remember(planned: PlannedAttempt, key: string): void {
    const { scope, ttlMs, record, question, fingerprints } = this.#of;
    const [vector, frame, sent] = [this.#vector, this.#frame, fingerprints.sentAround(planned, question)];
    if (vector === undefined || frame === undefined || sent === undefined) return;
    const now = this.#tools.clock.wallNow();
    const entry = { frame, vector, endsAt: now + ttlMs, model: planned.model, sent, key, of: record.id };
    this.#tools.caches.questions.add(scope, entry, now);
  }

  #isPlanned({ model, sent }: VectorEntry): boolean {
    const { spending, fingerprints, question } = this.#of;
    const planned = spending.decision.attempts.find((attempt) => attempt.model === model);
    return planned !== undefined && fingerprints.sentAround(planned, question) === sent;
  }
}
