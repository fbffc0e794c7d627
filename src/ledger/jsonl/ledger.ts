import { randomUUID } from 'node:crypto';
import { mkdir, rm } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { EntryPage, EntryQuery, Ledger, NoticeEntry, RateEntry } from '../ledger.ts';
import { mostFeedback, mostInPage, tendStep } from '../ledger.ts';
import { isOf, matches, placeOf, readPlace } from '../matches.ts';
import { forgetUser } from './forget-user.ts';
import { LineWriter, refusal } from './line-writer.ts';
import { type DayFile, dayOf, endOfDay, listFiles, readLines, startOfDay } from './lines.ts';
import { deadOwner, endLease, putLease } from './owners.ts';
import { isNewer, openIn, readNewest } from './read-day.ts';

export interface JsonlLedgerOptions {
  /** Made where there is none. */
  readonly folder: string;
  readonly mostWaiting?: number;
}

const defaultMostWaiting = 10_000;
/** So many days back an entry is found by its request id. */
const ratedDays = 7;

/**
 * A ledger in files, one for each day and process, for whoever reads lines with tools of their own. A line that was answered for
 * survives the death of the process; the disk is made to have it every time the ledger is tended, and at the end.
 */
export async function openJsonlLedger({
  folder,
  mostWaiting = defaultMostWaiting,
}: JsonlLedgerOptions): Promise<Ledger> {
  const path = resolve(folder);
  const owner = randomUUID();
  const writer = new LineWriter(path, owner, mostWaiting);
  /** The days of entries that are open here. */
  const open = new Map<string, string>();
  const asking = <Answer>(ask: () => Promise<Answer>): Promise<Answer> =>
    ask().catch((error: unknown) => Promise.reject(refusal(error, path)));
  await asking(() => mkdir(path, { recursive: true }));
  let rating: Promise<unknown> = Promise.resolve();

  const interrupt = async (now: number): Promise<boolean> => {
    const dead = await deadOwner(path, now);
    if (dead === undefined || dead.owner === owner) return false;
    const files = await listFiles(path);
    for (const entry of await openIn(files.filter((file) => file.owner === dead.owner && file.day >= dead.since))) {
      await writer.append(dayOf(entry.startedAt), { end: { id: entry.id, state: 'interrupted', endedAt: now } });
    }
    await endLease(path, dead.owner);
    return true;
  };
  const removeOld = async (before: number): Promise<boolean> => {
    const old = (await listFiles(path)).filter(({ day }) => endOfDay(day) <= before);
    for (const file of old.slice(0, tendStep)) await rm(file.path, { force: true });
    return old.length > tendStep;
  };
  return {
    keeps: true,
    async begin(entry) {
      const day = dayOf(entry.startedAt);
      if (open.has(entry.id)) return;
      await writer.append(day, { begin: entry });
      if (entry.state === 'open') open.set(entry.id, day);
    },
    async end(end) {
      await writer.append(open.get(end.id) ?? dayOf(end.endedAt), { end });
      open.delete(end.id);
    },
    rate(feedback) {
      // One at a time: each looks through files.
      const answer = rating.then(() => asking(() => rate(path, writer, feedback)));
      rating = answer.catch(() => undefined);
      return answer;
    },
    page: (query) => asking(() => readPage(path, query)),
    notice: (notice) => writer.append(dayOf(notice.at), { notice }),
    notices: () => asking(() => readNotices(path)),
    tend: ({ now, leaseMs, keepMs }) =>
      asking(async () => {
        const since = [...open.values()].sort()[0] ?? dayOf(now);
        if (leaseMs > 0) await putLease(path, { owner, until: now + leaseMs, since });
        await writer.sync();
        const more = [await interrupt(now), keepMs !== null && (await removeOld(now - keepMs))];
        return { more: more.includes(true) };
      }),
    forget: (user) =>
      asking(async () => {
        let forgotten = 0;
        const files = await listFiles(path);
        for (const ofDay of Map.groupBy(files, ({ day }) => day).values()) forgotten += await forgetUser(ofDay, user);
        return { forgotten, more: false };
      }),
    async close() {
      await asking(() => writer.close());
      if (open.size === 0) await endLease(path, owner);
    },
  };
}

async function rate(folder: string, writer: LineWriter, { requestId, key, ...said }: RateEntry) {
  const since = dayOf(said.at - ratedDays * 86_400_000);
  const days = Map.groupBy(await listFiles(folder), ({ day }) => day);
  for (const [day, files] of [...days].reverse()) {
    if (day < since) break;
    const isAsked = (entry: { readonly requestId: string; readonly key: string }) =>
      entry.requestId === requestId && (key === null || entry.key === key);
    const [found] = await readNewest(files, 1, isAsked);
    if (found === undefined) continue;
    if (found.feedback.length >= mostFeedback) return 'full';
    await writer.append(day, { rate: { id: found.id, ...said } });
    return 'kept';
  }
  return 'unknown';
}

/** The entries of the newest day that can have some: where there are further days, the page has a next one. */
async function readPage(folder: string, query: EntryQuery): Promise<EntryPage> {
  const { filter, since, until, after } = query;
  const size = Math.min(query.size, mostInPage);
  const [startedAt, id] = after === null ? [until, ''] : readPlace(after);
  const files = (await listFiles(folder)).filter(({ day }) => endOfDay(day) > since && startOfDay(day) < startedAt);
  const day = files.at(-1)?.day;
  if (day === undefined) return { entries: [], next: null };
  const ofDay = files.filter((file) => file.day === day);
  // What an entry is filtered by only once it has ended is asked of the page.
  const { state, model, user, ...fixed } = filter;
  const begun = await readNewest(ofDay, size, (entry) => {
    const isWithin = entry.startedAt >= since && isNewer({ startedAt, id }, entry);
    return isWithin && matches(entry, fixed) && (user === undefined || isOf(entry, user));
  });
  const entries = begun.filter((entry) => matches(entry, filter));
  const last = begun.at(-1);
  if (last !== undefined && begun.length === size) return { entries, next: placeOf(last) };
  return {
    entries,
    next: files.some((file) => file.day < day) ? placeOf({ startedAt: startOfDay(day), id: '' }) : null,
  };
}

const shownNotices = 100;

async function readNotices(folder: string): Promise<readonly NoticeEntry[]> {
  const found = new Map<string, NoticeEntry>();
  const files: readonly DayFile[] = (await listFiles(folder)).slice(-50);
  for await (const line of readLines(files)) if ('notice' in line) found.set(line.notice.notice, line.notice);
  return [...found.values()].sort((a, b) => b.at - a.at).slice(0, shownNotices);
}
