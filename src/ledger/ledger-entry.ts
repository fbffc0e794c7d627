import type { UsageDoubt } from '../catalog/sane-usage.ts';
import type { Decision } from '../decide/decision.ts';
import type { FailureClass } from '../protocol/failure.ts';
import type { Usage } from '../protocol/usage.ts';

/** `open` until its answer has ended. `interrupted`: the process died first. `broken`: the answer broke off on its way. */
export const entryStates = ['open', 'served', 'rejected', 'failed', 'aborted', 'broken', 'interrupted'] as const;
export type EntryState = (typeof entryStates)[number];

export interface LedgerAttempt {
  readonly model: string;
  /** Null where it served the request. */
  readonly failure: FailureClass | null;
  /** The HTTP status; null where no answer came, or it was a good one. */
  readonly status: number | null;
  /** In milliseconds since the request came in. */
  readonly startedMs: number;
  readonly endedMs: number;
}

/** What one rule of a guard found; never what was matched. */
export interface GuardEntry {
  readonly guard: string;
  readonly point: 'input' | 'output';
  readonly action: 'observe' | 'redact' | 'block';
  /** `failed`: it could not tell. */
  readonly outcome: 'found' | 'failed';
  readonly rule: string;
  readonly count: number;
  /** Only a rule in the shadow asked for it. */
  readonly shadow: boolean;
}

/** `off`: no rule holds, or the request may have no cache. `semantic`: answered with what was answered to a question like it. */
export type CacheStatus = 'off' | 'miss' | 'hit' | 'semantic';

/** An answer that was given to another request. */
export interface EarlierAnswer {
  /** The ledger's id of that request. */
  readonly of: string;
  readonly model: string;
  /** A percentage: how near the questions are to each other. */
  readonly similarity: string;
}

/** What the ledger keeps of one request: facts, decision and what came of it; content only where the config asks for it. */
export interface LedgerEntry {
  /** The gateway's own, one for each request. */
  readonly id: string;
  /** `x-request-id`: a caller may choose it, and may choose it twice. */
  readonly requestId: string;
  readonly state: EntryState;
  /** Milliseconds since 1970. */
  readonly startedAt: number;
  readonly endedAt: number | null;
  /** The key's name, and what the key says of whoever holds it. */
  readonly key: string;
  readonly team: string | null;
  readonly user: string | null;
  readonly app: string | null;
  /** The user that the request names: a claim. */
  readonly claimedUser: string | null;
  readonly endpoint: string;
  readonly modelAsked: string;
  readonly policy: { readonly name: string; readonly digest: string };
  readonly route: string | null;
  readonly split: string | null;
  readonly branch: string | null;
  /**
   * In their JSON form: each cheap `request.*` and `caller.*` fact and those that the program read. No content, and no value of what
   * is declared sensitive.
   */
  readonly facts: Readonly<Record<string, unknown>>;
  /** Its `facts` stand beside it. */
  readonly decision: Omit<Decision, 'facts' | 'trace'>;
  readonly attempts: readonly LedgerAttempt[];
  readonly modelServed: string | null;
  /** What was believed of what the upstream told, and is paid for. */
  readonly usage: Usage | null;
  /** Why that is not what the upstream told; null where it is. */
  readonly usageDoubt: UsageDoubt | null;
  /** Nano-units of the config's currency; null where it is not known. */
  readonly cost: number | null;
  /** `x-llmpolicy-label-<name>`. */
  readonly labels: Readonly<Record<string, string>>;
  readonly tags: Readonly<Record<string, string>>;
  readonly cache: CacheStatus;
  /** Where a cache answered: whose answer it was, and what the call that was not made would have cost, in nano-units. */
  readonly cached?: EarlierAnswer & { readonly saved: number };
  /** What a semantic cache in the shadow would have answered with. */
  readonly wouldCache?: EarlierAnswer | undefined;
  /** The code of the error that was answered. */
  readonly error: string | null;
  readonly latencyMs: number | null;
  readonly overheadMs: number | null;
  /** What guards found, and where they could not tell; left out where nothing was. */
  readonly guards?: readonly GuardEntry[];
  /** A call beside the plan of another request: a copy to a mirror, a question to a judge, or a text for its vector. `of` is the request's `id`. */
  readonly aside?: { readonly of: string; readonly kind: 'mirror' | 'judge' | 'embedding' };
  /** The body of the request, where the config says `content: true`. */
  readonly content?: unknown;
}

/** What is known of a request only when its answer has ended. */
export type EntryEnd = Pick<LedgerEntry, 'id'> &
  Omit<Partial<LedgerEntry>, 'startedAt'> & {
    readonly state: Exclude<EntryState, 'open'>;
    readonly endedAt: number;
  };

export interface Feedback {
  readonly at: number;
  readonly score: number;
  readonly label: string | null;
}

/** An entry with what was said of it afterwards. */
export interface KeptEntry extends LedgerEntry {
  readonly feedback: readonly Feedback[];
}
