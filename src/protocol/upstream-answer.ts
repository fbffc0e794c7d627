import type { FailureClass } from './failure.ts';
import type { Usage } from './usage.ts';

/** What came of one call to an upstream. */
export type UpstreamAnswer = WholeAnswer | StreamAnswer | UpstreamFailure;

/** Headers that may be shown to the caller, by lower-case name. */
export type AnswerHeaders = Readonly<Record<string, string>>;

export interface WholeAnswer {
  readonly kind: 'whole';
  readonly headers: AnswerHeaders;
  /** The upstream's own bytes: a JSON object. */
  readonly body: Uint8Array;
  readonly usage: Usage | undefined;
}

export interface StreamAnswer {
  readonly kind: 'stream';
  readonly headers: AnswerHeaders;
  /**
   * The upstream's own bytes, cut only between events. The first event is already there and is no error. Throws a
   * `BrokenStream` where the upstream breaks off; leaving the loop ends the upstream call.
   */
  readonly chunks: AsyncIterable<Uint8Array>;
  /** What the upstream counted, once `chunks` has ended, if it said so. */
  usage(): Usage | undefined;
}

export interface UpstreamFailure {
  readonly kind: 'failure';
  readonly failure: FailureClass;
  /** The HTTP status; null where no answer came. */
  readonly status: number | null;
  /** The upstream's own words, bounded and without secrets, or what happened. */
  readonly message: string;
  /** The upstream's own error code and parameter, where it named them. */
  readonly code: string | null;
  readonly param: string | null;
  /** How long the upstream asked to wait. */
  readonly retryAfterMs?: number;
}
