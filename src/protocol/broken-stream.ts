import { GatewayError } from './gateway-error.ts';
import type { UpstreamFailure } from './upstream-answer.ts';

/** A stream that had begun did not come to its end: too late for another model. */
export class BrokenStream extends GatewayError {
  readonly failure: UpstreamFailure;

  /** `said`: the upstream announced it in the stream itself, so the caller has already read it. */
  constructor(failure: UpstreamFailure, said: boolean) {
    super(said ? 'stream_failed' : 'stream_cut', `the answer broke off: ${failure.message}`);
    this.name = 'BrokenStream';
    this.failure = failure;
  }
}
