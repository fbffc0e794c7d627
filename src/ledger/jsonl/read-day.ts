import { mostFeedback } from '../ledger.ts';
import type { EntryEnd, Feedback, KeptEntry, LedgerEntry } from '../ledger-entry.ts';
import { type DayFile, readLines } from './lines.ts';

/** Newest first: by instant, then by id, as texts of one length cannot be told to be. */
export function isNewer(a: Pick<LedgerEntry, 'startedAt' | 'id'>, b: Pick<LedgerEntry, 'startedAt' | 'id'>): boolean {
  return a.startedAt === b.startedAt ? a.id > b.id : a.startedAt > b.startedAt;
}

/** The newest entries of a day's files of which `isAsked` holds, as they began. Never holds more than about twice as many. */
async function newestOf(
  files: readonly DayFile[],
  size: number,
  isAsked: (entry: LedgerEntry) => boolean,
): Promise<readonly LedgerEntry[]> {
  // By id: what was written twice counts once.
  let found = new Map<string, LedgerEntry>();
  const cut = () => {
    const newest = [...found.values()].sort((a, b) => (isNewer(a, b) ? -1 : 1)).slice(0, size);
    found = new Map(newest.map((entry) => [entry.id, entry]));
  };
  for await (const line of readLines(files)) {
    if (!('begin' in line) || !isAsked(line.begin)) continue;
    found.set(line.begin.id, line.begin);
    if (found.size >= 2 * size) cut();
  }
  cut();
  return [...found.values()];
}

/** The same with what became of them. An end that tells more than `interrupted` counts before one that does not. */
export async function readNewest(
  files: readonly DayFile[],
  size: number,
  isAsked: (entry: LedgerEntry) => boolean,
): Promise<readonly KeptEntry[]> {
  const begun = await newestOf(files, size, isAsked);
  const ends = new Map<string, EntryEnd>();
  const feedback = new Map<string, Feedback[]>(begun.map(({ id }) => [id, []]));
  for await (const line of readLines(begun.length === 0 ? [] : files)) {
    if ('rate' in line) {
      const { id, ...said } = line.rate;
      const kept = feedback.get(id);
      if (kept !== undefined && kept.length < mostFeedback) kept.push(said);
    }
    if ('end' in line && feedback.has(line.end.id)) {
      const { id, state } = line.end;
      if (state !== 'interrupted' || !ends.has(id)) ends.set(id, line.end);
    }
  }
  return begun.map((entry) => ({ ...entry, ...ends.get(entry.id), feedback: feedback.get(entry.id) ?? [] }));
}

/** The entries of files that have begun and not ended. */
export async function openIn(files: readonly DayFile[]): Promise<readonly LedgerEntry[]> {
  const found = new Map<string, LedgerEntry>();
  for await (const line of readLines(files)) {
    if ('begin' in line && line.begin.state === 'open') found.set(line.begin.id, line.begin);
    if ('end' in line) found.delete(line.end.id);
  }
  return [...found.values()];
}
