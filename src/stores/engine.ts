import { getCached, putCached } from './bound-cache.ts';
import { type CacheBounds, cacheId } from './cache-store.ts';
import { createKeyTable } from './change-keys.ts';
import { claimNotice, noticeSent, retryNotice } from './claim-notices.ts';
import { exchangeHealth } from './exchange-health.ts';
import { createPolicyTable } from './policy-table.ts';
import { readCounters, releaseCounters, reserveCounters, settleCounters } from './reserve-counters.ts';
import type { Rows } from './rows.ts';
import { echoMs, type Store } from './store.ts';
import { sweepRows } from './sweep-rows.ts';

type Room = Exclude<keyof Store, 'close'>;

/** A store that answers at once: what has one owner, a thread or a process. */
export type Engine = {
  readonly [Name in Room]: {
    readonly [Method in keyof Store[Name]]: Store[Name][Method] extends (...words: infer Words) => Promise<infer Answer>
      ? (...words: Words) => Answer
      : never;
  };
};

/** The meaning of every store that keeps rows. Whoever calls sees to it that a call changes all its rows or none. */
export function createEngine(rows: Rows, bounds: CacheBounds): Engine {
  const swept = (now: number): Rows => {
    sweepRows(rows, now);
    return rows;
  };
  return {
    counters: {
      read: (counters, now) => readCounters(swept(now), counters, now),
      reserve: (request) => reserveCounters(swept(request.now), request),
      settle: (request) => settleCounters(swept(request.now), request),
      release: (request) => releaseCounters(swept(request.now), request),
    },
    sums: {
      add({ id, now, hour, rows: sums }) {
        if (swept(now).get('summed', id) !== undefined) return;
        rows.addSums(hour, sums);
        rows.put('summed', id, true, now + echoMs);
      },
      page: (request) => rows.pageSums(request),
      relabel({ hour, from, to }) {
        const sums = rows.takeSums(hour, from);
        if (sums !== undefined) rows.addSums(hour, [{ labels: to, sums }]);
      },
    },
    keys: createKeyTable(rows),
    notices: {
      claim: (request) => claimNotice(swept(request.now), request),
      sent: (request) => noticeSent(rows, request),
      retry: (request) => retryNotice(rows, request),
    },
    cache: {
      get: (name) => getCached(rows.cache, name),
      put: (entry) => putCached(rows.cache, entry, bounds),
      delete: (name) => rows.cache.delete(cacheId(name)),
    },
    policies: createPolicyTable(rows),
    health: { exchange: (request) => exchangeHealth(swept(request.now), request) },
  };
}
