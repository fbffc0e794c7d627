import type { UsageDoubt } from '../catalog/sane-usage.ts';
import type { CacheDone } from '../gateway/recorder.ts';
import type { GuardEntry } from '../ledger/ledger-entry.ts';
import type { SurfaceName } from '../protocol/api-request.ts';
import type { FailureClass } from '../protocol/failure.ts';
import type { Usage } from '../protocol/usage.ts';

/** What of the gateway was called; everything that it does not know is `other`. */
export type Endpoint = SurfaceName | 'count_tokens' | 'decide' | 'models' | 'admin' | 'other';

/** A call that was made, and where it failed, why: in the upstream's own words, secrets removed. */
export interface AttemptEntry {
  readonly model: string;
  readonly failure?: FailureClass;
  /** The HTTP status; null where no answer came. */
  readonly status?: number | null;
  readonly said?: string;
  readonly ms: number;
}

/** One request, as the log tells it. Only what is named here is ever logged: no header, no body, no key. */
export interface RequestEntry {
  readonly requestId: string;
  readonly method: string;
  readonly path: string;
  readonly endpoint: Endpoint;
  readonly status: number;
  /** What came of it; null where it did not get as far as a decision. */
  readonly outcome: string | null;
  /** The key's name. */
  readonly key: string | null;
  readonly modelAsked: string | null;
  readonly policy: string | null;
  readonly route: string | null;
  readonly modelServed: string | null;
  readonly attempts: readonly AttemptEntry[];
  readonly usage: Usage | null;
  /** Why the usage is not what the upstream told; null where it is. */
  readonly usageDoubt: UsageDoubt | null;
  readonly cost: string | null;
  readonly latencyMs: number;
  readonly overheadMs: number | null;
  /** Of a stream: from the request to its first event. */
  readonly firstTokenMs: number | null;
  /** The code of the error that was answered. */
  readonly error: string | null;
  /** What guards found; left out where nothing was. */
  readonly guards?: readonly GuardEntry[];
  /** What caches had to do with it; left out where nothing. */
  readonly cache?: CacheDone;
}
