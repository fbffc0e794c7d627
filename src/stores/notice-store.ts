/** Who tells what to whom: a notice is sent by one process, once, however many find it due. */
export interface NoticeStore {
  /**
   * True for one claimer: nobody claimed it before, the claim before ran out or was given back, or it is this claimer's own. A
   * claimer that has not said `sent` by `until` is taken for dead.
   */
  claim(request: ClaimNotice): Promise<boolean>;
  /** It was sent: nobody claims it again. */
  sent(request: NoticeClaim): Promise<void>;
  /** It could not be sent: from `at` on anyone may try. */
  retry(request: RetryNotice): Promise<void>;
}

export interface NoticeClaim {
  /** Of the counter (`counterKey`), which holds its window, and the value that was reached. */
  readonly notice: string;
  /** Unique to this try to send, so that a claim that arrives again is known. */
  readonly claimer: string;
}

export interface ClaimNotice extends NoticeClaim {
  readonly now: number;
  readonly until: number;
  /** When the notice may be forgotten: a while after the window's end; null for `ever`. */
  readonly keepUntil: number | null;
}

export interface RetryNotice extends NoticeClaim {
  readonly at: number;
}
