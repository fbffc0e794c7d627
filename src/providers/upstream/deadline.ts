import type { FailureClass } from '../../protocol/failure.ts';

/** The end of one call: the caller goes away, or time is up. */
export interface Deadline {
  /** Aborts with the caller and when time is up. */
  readonly signal: AbortSignal;
  /** Which limit was passed, if one was. */
  expired(): Extract<FailureClass, 'timeout' | 'first_token_timeout'> | null;
  /** Lifts the limit on the first token. */
  firstTokenArrived(): void;
  /** The answer is there: what else the upstream has to say may take so long. */
  endWithin(milliseconds: number): void;
  /** The call is over: drops timers and listeners. */
  close(): void;
}

/** What a timer can hold: beyond it, Node fires at once. */
export const longestTimer = 2 ** 31 - 1;

export function openDeadline(caller: AbortSignal, timeoutMs: number, firstTokenMs: number | null): Deadline {
  const controller = new AbortController();
  let passed: ReturnType<Deadline['expired']> = null;
  const expire = (limit: 'timeout' | 'first_token_timeout') => {
    passed = limit;
    close();
    controller.abort(new Error(limit));
  };
  let whole = setTimeout(expire, Math.min(timeoutMs, longestTimer), 'timeout');
  const first =
    firstTokenMs === null ? undefined : setTimeout(expire, Math.min(firstTokenMs, longestTimer), 'first_token_timeout');
  const leave = () => {
    close();
    controller.abort(caller.reason);
  };
  function close(): void {
    clearTimeout(whole);
    clearTimeout(first);
    caller.removeEventListener('abort', leave);
  }
  if (caller.aborted) leave();
  else caller.addEventListener('abort', leave);
  return {
    signal: controller.signal,
    expired: () => passed,
    firstTokenArrived: () => clearTimeout(first),
    endWithin(milliseconds) {
      clearTimeout(whole);
      whole = setTimeout(expire, milliseconds, 'timeout');
    },
    close,
  };
}
