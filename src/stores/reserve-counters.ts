import { counterKey } from './counter-at.ts';
import { counterDue } from './counter-due.ts';
import { added, type CounterState, ended, noState, readingOf, refilled, refillOf, reserved } from './counter-state.ts';
import type {
  Counter,
  FailedEntry,
  Reading,
  ReleaseRequest,
  ReservationName,
  ReserveAnswer,
  ReserveRequest,
  SettleRequest,
  UsedAmount,
} from './counter-store.ts';
import type { HeldAmount, ReservationRow, Rows } from './rows.ts';
import { echoMs, longestHoldMs } from './store.ts';
import { whyRefused } from './why-refused.ts';

/** `CounterStore` over rows, one call after the other. Expired reservations have been swept. */

export function readCounters(rows: Rows, counters: readonly Counter[], now: number): readonly Reading[] {
  return counters.map((counter) => {
    mendClock(rows, counter, now);
    return readingOf(stateAt(rows, counter, now));
  });
}

export function reserveCounters(rows: Rows, request: ReserveRequest): ReserveAnswer {
  const { entries, now, expiresAt } = request;
  const before = rows.get('reservation', reservationId(request));
  if (before !== undefined) return before.answer;
  const failed: FailedEntry[] = [];
  for (const [index, entry] of entries.entries()) {
    const why = whyRefused(index, entry, stateAt(rows, entry.counter, now), now);
    if (why !== undefined) failed.push(why);
  }
  if (failed.length > 0) {
    for (const { counter } of entries) mendClock(rows, counter, now);
    const answer: ReserveAnswer = { granted: false, failed };
    putReservation(rows, request, { state: 'refused', answer, held: [] }, now + echoMs);
    return answer;
  }
  const held = entries.map(({ counter, amount }): HeldAmount => {
    const state = reserved(stateAt(rows, counter, now), amount);
    putCounter(rows, counter, state, now);
    return { counter, amount, since: state.at };
  });
  const due = Math.min(expiresAt, now + longestHoldMs);
  putReservation(rows, request, { state: 'open', answer: granted, held }, due);
  return granted;
}

export function settleCounters(rows: Rows, request: SettleRequest): void {
  const before = rows.get('reservation', reservationId(request));
  if (before?.state === 'closed') return;
  const held = before?.state === 'open' ? before.held : [];
  close(rows, request, before, held, request.used);
}

export function releaseCounters(rows: Rows, request: ReleaseRequest): void {
  const before = rows.get('reservation', reservationId(request));
  if (before !== undefined && before.state !== 'open') return;
  close(rows, request, before, before?.held ?? [], []);
}

export function expireReservation(rows: Rows, id: string, row: ReservationRow, now: number): void {
  for (const held of row.held) endHeld(rows, held, 0, now);
  rows.put('reservation', id, { ...row, state: 'expired', held: [] }, now + echoMs);
}

const granted: ReserveAnswer = { granted: true };

function close(
  rows: Rows,
  request: ReleaseRequest,
  before: ReservationRow | undefined,
  held: readonly HeldAmount[],
  used: readonly UsedAmount[],
): void {
  const left = new Map(used.map((entry) => [counterKey(entry.counter), entry]));
  for (const entry of held) {
    const key = counterKey(entry.counter);
    endHeld(rows, entry, left.get(key)?.amount ?? 0, request.now);
    left.delete(key);
  }
  for (const { counter, amount } of left.values()) {
    if (counter.kind !== 'concurrent')
      putCounter(rows, counter, added(stateAt(rows, counter, request.now), amount), request.now);
  }
  const row: ReservationRow = { state: 'closed', answer: before?.answer ?? granted, held: [] };
  putReservation(rows, request, row, request.now + echoMs);
}

function endHeld(rows: Rows, { counter, amount, since }: HeldAmount, used: number, now: number): void {
  const counted = counter.kind === 'concurrent' ? 0 : used;
  const state = ended(stateAt(rows, counter, now), amount, counted, refillOf(counter), since);
  putCounter(rows, counter, state, now);
}

function stateAt(rows: Rows, counter: Counter, now: number): CounterState {
  return refilled(rows.get('counter', counterKey(counter)) ?? { ...noState, at: now }, refillOf(counter), now);
}

/** What waits for a clock that was wrong is told that it was: reading and refusing change nothing else. */
function mendClock(rows: Rows, counter: Counter, now: number): void {
  const state = stateAt(rows, counter, now);
  if (state.at < (rows.get('counter', counterKey(counter))?.at ?? 0)) putCounter(rows, counter, state, now);
}

function putCounter(rows: Rows, counter: Counter, state: CounterState, now: number): void {
  rows.put('counter', counterKey(counter), state, counterDue(counter, state, now));
}

function putReservation(rows: Rows, name: ReservationName, row: ReservationRow, due: number): void {
  rows.put('reservation', reservationId(name), row, due);
}

/** Numbers have no `/`, so no two reservations share an id. */
const reservationId = ({ requestId, attempt }: ReservationName): string => `${attempt}/${requestId}`;
