import type { ClaimNotice, NoticeClaim, RetryNotice } from './notice-store.ts';
import type { NoticeRow, Rows } from './rows.ts';

/** `NoticeStore` over rows. */

export function claimNotice(rows: Rows, { notice, claimer, now, until, keepUntil }: ClaimNotice): boolean {
  const before = rows.get('notice', notice);
  if (before !== undefined && before.claimer !== claimer && (before.until === null || now < before.until)) return false;
  if (before?.until !== null || before.claimer !== claimer) put(rows, notice, { claimer, until, keepUntil });
  return true;
}

export function noticeSent(rows: Rows, { notice, claimer }: NoticeClaim): void {
  const before = rows.get('notice', notice);
  if (before?.claimer === claimer) put(rows, notice, { ...before, until: null });
}

export function retryNotice(rows: Rows, { notice, claimer, at }: RetryNotice): void {
  const before = rows.get('notice', notice);
  if (before?.claimer === claimer && before.until !== null) put(rows, notice, { ...before, until: at });
}

function put(rows: Rows, notice: string, row: NoticeRow): void {
  rows.put('notice', notice, row, row.keepUntil);
}
