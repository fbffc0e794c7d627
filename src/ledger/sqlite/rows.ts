import type { EntryEnd, LedgerEntry } from '../ledger-entry.ts';

/** A row as it is written, which a thread takes over in less time than an entry. */
export type BegunRow = readonly (string | number | null)[];
export type EndedRow = readonly (string | null)[];

/** Where the thread puts in whose the row is. */
export const ownerPlace = 4;

export function begunRow(entry: LedgerEntry): BegunRow {
  const { id, requestId, startedAt, state, key, team, user, claimedUser, modelServed } = entry;
  return [id, requestId, startedAt, state, key, team, user, claimedUser, modelServed, JSON.stringify(entry)];
}

export function endedRow(entry: EntryEnd): EndedRow {
  return [entry.state, entry.modelServed ?? null, JSON.stringify(entry), entry.id];
}
