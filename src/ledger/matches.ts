import type { EntryFilter } from './ledger.ts';
import type { LedgerEntry } from './ledger-entry.ts';

/** Whether an entry is among those asked for. */
export function matches(entry: LedgerEntry, { key, team, user, model, state }: EntryFilter): boolean {
  const asked = [
    [key, entry.key],
    [team, entry.team],
    [model, entry.modelServed],
    [state, entry.state],
  ];
  if (user !== undefined && !isOf(entry, user)) return false;
  return asked.every(([wanted, found]) => wanted === undefined || wanted === found);
}

/** Whether an entry is of a user: by its key, or as the request claims. */
export function isOf({ user, claimedUser }: LedgerEntry, wanted: string): boolean {
  return user === wanted || claimedUser === wanted;
}

/** Where an entry stands among all, and a page begins: its instant, then its id. */
export function placeOf({ startedAt, id }: Pick<LedgerEntry, 'startedAt' | 'id'>): string {
  return `${startedAt} ${id}`;
}

export function readPlace(place: string): readonly [startedAt: number, id: string] {
  const [startedAt = '0', id = ''] = place.split(' ');
  return [Number(startedAt), id];
}
