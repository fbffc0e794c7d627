import type { EntryEnd, EntryState, Feedback, KeptEntry, LedgerEntry } from './ledger-entry.ts';

/**
 * What a gateway keeps of its requests. Two implementations, one behaviour: `test/contract/ledger.suite.ts`; and `off`, which keeps
 * nothing. Instants are milliseconds since 1970 of the caller's clock. Every call answers, or rejects with `StoreUnavailable` within
 * the ledger's time limit; then nothing of it was kept, or all.
 */
export interface Ledger {
  /** False where nothing is kept: whoever writes need not make entries for it. */
  readonly keeps: boolean;
  /** Keeps an entry: when it resolves, a death of the process does not lose it. The same entry again changes nothing. */
  begin(entry: LedgerEntry): Promise<void>;
  /** Ends an entry that has begun, with what is known now; one that was taken for interrupted too. */
  end(entry: EntryEnd): Promise<void>;
  /** Keeps what is said of the newest entry of that request id. Another key's is as unknown as none. */
  rate(feedback: RateEntry): Promise<'kept' | 'unknown' | 'full'>;
  /** Newest first. A page may hold less than there is room for, and have a next one all the same. */
  page(query: EntryQuery): Promise<EntryPage>;
  /** Keeps what became of a notice; the last word on it counts. */
  notice(entry: NoticeEntry): Promise<void>;
  /** The notices kept, newest first, a hundred at most. */
  notices(): Promise<readonly NoticeEntry[]>;
  /**
   * Says that its owner lives until `now + leaseMs`; ends open entries of dead owners as interrupted, and removes what is older than
   * `keepMs`: a step, so that nobody waits for it. Whether more is to be done.
   */
  tend(request: TendLedger): Promise<{ readonly more: boolean }>;
  /** Removes a step of the entries of a user, claimed ones too. Whether more is left. */
  forget(user: string): Promise<{ readonly forgotten: number; readonly more: boolean }>;
  /** Keeps what was given to it, and ends. */
  close(): Promise<void>;
}

export interface RateEntry extends Feedback {
  readonly requestId: string;
  /** The name of the key that asks; null for the administrator, for whom every key's entries are known. */
  readonly key: string | null;
}

/** So much may be said of one entry. */
export const mostFeedback = 20;

export interface EntryFilter {
  readonly key?: string;
  readonly team?: string;
  readonly user?: string;
  /** The model that served. */
  readonly model?: string;
  readonly state?: EntryState;
}

export interface EntryQuery {
  readonly filter: EntryFilter;
  /** From `since` until before `until`. */
  readonly since: number;
  readonly until: number;
  readonly size: number;
  /** `next` of the page before; null for the first. */
  readonly after: string | null;
}

export interface EntryPage {
  readonly entries: readonly KeptEntry[];
  readonly next: string | null;
}

export const mostInPage = 200;

export interface NoticeEntry {
  /** Of the counter with its window, and the value that was reached. */
  readonly notice: string;
  readonly at: number;
  readonly state: 'sent' | 'failed';
  readonly channel: string;
  readonly budget: string;
  readonly threshold: string;
  readonly each: Readonly<Record<string, string>>;
  /** How often it was tried. */
  readonly tries: number;
  /** Why it failed. */
  readonly error: string | null;
}

export interface TendLedger {
  readonly now: number;
  readonly leaseMs: number;
  /** Null: for ever. */
  readonly keepMs: number | null;
}

/** Whoever says that it lives for longer has a clock that was wrong. */
export const longestLeaseMs = 86_400_000;

/** How much one step ends, removes or forgets. */
export const tendStep = 50;
