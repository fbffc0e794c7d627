import type { CounterState } from './counter-state.ts';
import type { Counter, ReserveAnswer } from './counter-store.ts';
import type { HealthChange } from './health-store.ts';
import type { VirtualKey } from './key-store.ts';
import type { PolicyIndex } from './policy-store.ts';
import type { LabelledSums, SumPage, SumPageRequest } from './sum-store.ts';

/** What a store that works in one place keeps, by kind and id. */
export interface RowKinds {
  readonly counter: CounterState;
  readonly reservation: ReservationRow;
  readonly notice: NoticeRow;
  /** An addition to the sums that was made. */
  readonly summed: true;
  /** By name. */
  readonly key: VirtualKey;
  /** The name of the key that a hash belongs to. */
  readonly hash: string;
  readonly version: number;
  /** One row. */
  readonly policies: PolicyIndex;
  /** The text of a version, by its id. */
  readonly policy: string;
  /** By name. */
  readonly health: Omit<HealthChange, 'before'>;
}

export type RowKind = keyof RowKinds;

export interface ReservationRow {
  /** `closed`: settled or released. */
  readonly state: 'open' | 'refused' | 'expired' | 'closed';
  readonly answer: ReserveAnswer;
  readonly held: readonly HeldAmount[];
}

export interface HeldAmount {
  readonly counter: Counter;
  readonly amount: number;
  readonly since: number;
}

export interface NoticeRow {
  readonly claimer: string;
  /** Until when the claim holds; null when the notice was sent. */
  readonly until: number | null;
  readonly keepUntil: number | null;
}

/**
 * Rows in memory or in a database, for one caller at a time: `createEngine` gives them the meaning of a store. A row with a `due` time
 * is among those that `due` lists from then on.
 */
export interface Rows {
  get<Kind extends RowKind>(kind: Kind, id: string): RowKinds[Kind] | undefined;
  put<Kind extends RowKind>(kind: Kind, id: string, row: RowKinds[Kind], due: number | null): void;
  delete(kind: RowKind, id: string): void;
  /** In the order of their ids. */
  all<Kind extends RowKind>(kind: Kind): readonly RowKinds[Kind][];
  due(now: number, atMost: number): readonly { readonly kind: RowKind; readonly id: string }[];
  /** Ids of reservations that are due later than that. */
  heldBeyond(instant: number, atMost: number): readonly string[];
  addSums(hour: number, rows: readonly LabelledSums[]): void;
  pageSums(request: SumPageRequest): SumPage;
  /** Removes a row of sums, and says what it was. */
  takeSums(hour: number, labels: LabelledSums['labels']): LabelledSums['sums'] | undefined;
  readonly cache: CacheRows;
}

export interface CacheRows {
  get(id: string): { readonly bytes: Uint8Array; readonly endsAt: number } | undefined;
  put(id: string, bytes: Uint8Array, endsAt: number): void;
  delete(id: string): void;
  /** The entry that ends soonest. */
  first(): { readonly id: string; readonly endsAt: number } | undefined;
  size(): { readonly entries: number; readonly bytes: number };
}
