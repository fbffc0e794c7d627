import type { DatabaseSync } from 'node:sqlite';
import type { Ledger, NoticeEntry, TendLedger } from '../ledger.ts';
import { longestLeaseMs, tendStep } from '../ledger.ts';
import type { EntryEnd } from '../ledger-entry.ts';

type Answer<Method extends Exclude<keyof Ledger, 'keeps'>> = Awaited<ReturnType<Ledger[Method]>>;

/** What becomes of entries after their requests, a step at a time, and notices. */
export function createTending(database: DatabaseSync, owner: string) {
  const lease = database.prepare('insert into owners values (?, ?) on conflict do update set until = excluded.until');
  const orphans = database.prepare(
    `select id from entries where state = 'open' and owner not in (select owner from owners where until > ? and until <= ?)
     limit ${tendStep}`,
  );
  const interrupt = database.prepare(`update entries set state = 'interrupted', ended = ? where id = ?`);
  const forgetOwners = database.prepare(
    `delete from owners where not (until > ? and until <= ?) and owner not in (select owner from entries where state = 'open')`,
  );
  const old = database.prepare(`select id from entries where startedAt < ? order by startedAt, id limit ${tendStep}`);
  const ofUser = database.prepare(
    `select id from entries where user = ?1 union select id from entries where claimedUser = ?1 limit ${tendStep}`,
  );
  const removeEntry = database.prepare('delete from entries where id = ?');
  const removeFeedback = database.prepare('delete from feedback where entry = ?');
  const removeNotices = database.prepare(
    `delete from notices where notice in (select notice from notices where at < ? order by at limit ${tendStep})`,
  );
  const putNotice = database.prepare(
    'insert into notices values (?, ?, ?) on conflict do update set at = excluded.at, row = excluded.row',
  );
  const notices = database.prepare('select row from notices order by at desc, notice limit 100');
  const removeAll = (rows: readonly Record<string, unknown>[]): number => {
    for (const { id } of rows) {
      removeEntry.run(String(id));
      removeFeedback.run(String(id));
    }
    return rows.length;
  };
  return {
    tend({ now, leaseMs, keepMs }: TendLedger): Answer<'tend'> {
      if (leaseMs > 0) lease.run(owner, now + leaseMs);
      const dead = orphans.all(now, now + longestLeaseMs);
      for (const { id } of dead) {
        const ended: EntryEnd = { id: String(id), state: 'interrupted', endedAt: now };
        interrupt.run(JSON.stringify(ended), ended.id);
      }
      forgetOwners.run(now, now + longestLeaseMs);
      const removed = keepMs === null ? 0 : removeAll(old.all(now - keepMs));
      if (keepMs !== null) removeNotices.run(now - keepMs);
      return { more: dead.length === tendStep || removed === tendStep };
    },
    forget(user: string): Answer<'forget'> {
      const forgotten = removeAll(ofUser.all(user));
      return { forgotten, more: forgotten === tendStep };
    },
    notice(entry: NoticeEntry): Answer<'notice'> {
      putNotice.run(entry.notice, entry.at, JSON.stringify(entry));
    },
    notices: (): Answer<'notices'> => notices.all().map(({ row }) => JSON.parse(String(row))),
  };
}
