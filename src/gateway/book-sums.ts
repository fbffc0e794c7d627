import { randomUUID } from 'node:crypto';
import { hourOf } from '../stores/query-sums.ts';
import { StoreUnavailable } from '../stores/store.ts';
import type { AddSums, SumStore } from '../stores/sum-store.ts';
import { type SummedEntry, SumRows } from './sum-rows.ts';

export interface SumBooking {
  /** Adds a request to the sums of the hour in which it began, in its own time: again and again while the store is away, and once. */
  add(entry: SummedEntry, startedAt: number): void;
  /** Resolves when the store has heard of everything, or does not answer. */
  drain(): Promise<void>;
  /** Tries no more. */
  stop(): void;
}

/** Requests are summed up here first, so that the store hears of a busy second as of one request. A death loses no more than that. */
const sendAfterMs = 200;
const againMs = 1000;
/** So many combinations of labels are held before they are sent. */
const mostRows = 1000;
/** So many sums wait while the store is away; of what comes after them the sums are lost, and `lost` hears of it. */
const mostWaiting = 10_000;

export interface BookingTools {
  readonly now: () => number;
  readonly lost: (why: string) => void;
}

export function bookSums(store: Pick<SumStore, 'add'>, { now, lost }: BookingTools): SumBooking {
  const pending = new Set<Promise<void>>();
  const rows = new SumRows();
  let hour = 0;
  let timer: NodeJS.Timeout | undefined;
  let waiting: AddSums[] = [];
  let againTimer: NodeJS.Timeout | undefined;

  const later = (sums: AddSums, why: string): void => {
    if (waiting.length < mostWaiting) waiting.push(sums);
    else lost(why);
    againTimer ??= setTimeout(again, againMs).unref();
  };
  const send = (sums: AddSums): void => {
    const sent = store
      .add(sums)
      .catch((error: unknown) => {
        if (!(error instanceof StoreUnavailable)) throw error;
        later(sums, error.message);
      })
      .finally(() => pending.delete(sent));
    pending.add(sent);
  };
  const again = (): void => {
    clearTimeout(againTimer);
    againTimer = undefined;
    const taken = waiting;
    waiting = [];
    for (const sums of taken) send(sums);
  };
  const sendRows = (): void => {
    clearTimeout(timer);
    timer = undefined;
    if (rows.size > 0) send({ id: randomUUID(), now: now(), hour, rows: rows.take() });
  };
  return {
    add(entry, startedAt) {
      const began = hourOf(startedAt);
      if (began !== hour || rows.size >= mostRows) sendRows();
      hour = began;
      rows.add(entry);
      timer ??= setTimeout(sendRows, sendAfterMs).unref();
    },
    async drain() {
      sendRows();
      again();
      await Promise.allSettled(pending);
    },
    stop() {
      clearTimeout(timer);
      clearTimeout(againTimer);
    },
  };
}
