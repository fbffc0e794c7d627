import type { DatabaseSync } from 'node:sqlite';
import type { EntryQuery, Ledger, RateEntry } from '../ledger.ts';
import { mostFeedback, mostInPage } from '../ledger.ts';
import type { Feedback, KeptEntry } from '../ledger-entry.ts';
import { placeOf, readPlace } from '../matches.ts';
import { type BegunRow, type EndedRow, ownerPlace } from './rows.ts';

type Answer<Method extends Exclude<keyof Ledger, 'keeps'>> = Awaited<ReturnType<Ledger[Method]>>;

/** So many entries are looked through for one page: whoever filters for something rare holds nobody up. */
const lookedThrough = 1000;

/** Entries of a database, within the transaction that its owner has begun. */
export function createEntryRows(database: DatabaseSync, owner: string) {
  const insert = database.prepare(
    `insert into entries (id, requestId, startedAt, state, owner, key, team, user, claimedUser, model, begun)
     values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) on conflict do nothing`,
  );
  const end = database.prepare('update entries set state = ?, model = ?, ended = ? where id = ?');
  const newest = database.prepare(
    `select id from entries where requestId = ? and (? is null or key = ?) order by startedAt desc limit 1`,
  );
  const countFeedback = database.prepare('select count(*) as count from feedback where entry = ?');
  const addFeedback = database.prepare('insert into feedback values (?, ?, ?, ?)');
  const feedbackOf = database.prepare('select at, score, label from feedback where entry = ? order by at');
  const last = database.prepare(
    `select startedAt, id from entries where startedAt >= ? and (startedAt, id) < (?, ?)
     order by startedAt desc, id desc limit 1 offset ${lookedThrough - 1}`,
  );
  const page = database.prepare(
    `select id, state, begun, ended from entries where (startedAt, id) >= (?, ?) and (startedAt, id) < (?, ?)
     and (?5 is null or key = ?5) and (?6 is null or team = ?6) and (?7 is null or user = ?7 or claimedUser = ?7)
     and (?8 is null or model = ?8) and (?9 is null or state = ?9) order by startedAt desc, id desc limit ?10`,
  );
  const keptOf = ({ id, state, begun, ended }: Record<string, unknown>): KeptEntry => ({
    ...JSON.parse(String(begun)),
    ...(ended === null ? {} : JSON.parse(String(ended))),
    state,
    feedback: feedbackOf.all(String(id)).map(readFeedback),
  });
  return {
    begin(row: BegunRow): Answer<'begin'> {
      insert.run(...row.slice(0, ownerPlace), owner, ...row.slice(ownerPlace));
    },
    end(row: EndedRow): Answer<'end'> {
      end.run(...row);
    },
    rate({ requestId, key, at, score, label }: RateEntry): Answer<'rate'> {
      const found = newest.get(requestId, key, key);
      if (found === undefined) return 'unknown';
      const id = String(found['id']);
      if (Number(countFeedback.get(id)?.['count']) >= mostFeedback) return 'full';
      addFeedback.run(id, at, score, label);
      return 'kept';
    },
    page({ filter, since, until, size, after }: EntryQuery): Answer<'page'> {
      const [beforeAt, beforeId] = after === null ? [until, ''] : readPlace(after);
      const bound = last.get(since, beforeAt, beforeId);
      const [fromAt, fromId]: [number, string] =
        bound === undefined ? [since, ''] : [Number(bound['startedAt']), String(bound['id'])];
      const { key = null, team = null, user = null, model = null, state = null } = filter;
      const most = Math.min(size, mostInPage);
      const found = page.all(fromAt, fromId, beforeAt, beforeId, key, team, user, model, state, most);
      const entries = found.map(keptOf);
      const lastFound = entries.at(-1);
      if (lastFound !== undefined && entries.length === most) return { entries, next: placeOf(lastFound) };
      return { entries, next: bound === undefined ? null : placeOf({ startedAt: fromAt, id: fromId }) };
    },
  };
}

function readFeedback({ at, score, label }: Record<string, unknown>): Feedback {
  return { at: Number(at), score: Number(score), label: label === null ? null : String(label) };
}
