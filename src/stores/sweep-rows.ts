import { lookAgainMs } from './counter-due.ts';
import { expireReservation } from './reserve-counters.ts';
import type { Rows } from './rows.ts';
import { echoMs, longestHoldMs, sweepStep } from './store.ts';

/** Expires and forgets what is due, a step at a time. */
export function sweepRows(rows: Rows, now: number): void {
  for (const { kind, id } of rows.due(now, sweepStep)) {
    if (kind === 'reservation') sweepReservation(rows, id, now);
    else if (kind === 'counter') sweepCounter(rows, id, now);
    else rows.delete(kind, id);
  }
  for (const id of rows.heldBeyond(now + longestHoldMs, sweepStep)) holdNoLonger(rows, id, now);
}

/** It was made by a clock that has gone back since. */
function holdNoLonger(rows: Rows, id: string, now: number): void {
  const row = rows.get('reservation', id);
  if (row !== undefined) rows.put('reservation', id, row, now + (row.state === 'open' ? longestHoldMs : echoMs));
}

function sweepReservation(rows: Rows, id: string, now: number): void {
  const row = rows.get('reservation', id);
  if (row?.state === 'open') expireReservation(rows, id, row, now);
  else rows.delete('reservation', id);
}

/** What is open keeps its counter, however old. */
function sweepCounter(rows: Rows, id: string, now: number): void {
  const state = rows.get('counter', id);
  if (state !== undefined && state.open > 0) rows.put('counter', id, state, now + lookAgainMs);
  else rows.delete('counter', id);
}
