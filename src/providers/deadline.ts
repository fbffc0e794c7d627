import type { FailureClass } from '../protocol/failure.ts';

/** The end of one call: the caller goes away, or time is up. */
export interface Deadline {
  /** Aborts with the caller and when time is up. */
  readonly signal: AbortSignal;
  /** Which limit was passed, if one was. */
  expired(): Extract<FailureClass, 'timeout' | 'first_token_timeout'> | null;
  /** Lifts the limit on the first token. */
  firstTokenArrived(): void;
  /** The call is over: drops timers and listeners. */
  close(): void;
}

export function openDeadline(caller: AbortSignal, timeoutMs: number, firstTokenMs: number | null): Deadline {
  const controller = new AbortController();
  let passed: ReturnType<Deadline['expired']> = null;
  const expire = (limit: 'timeout' | 'first_token_timeout') => {
    passed = limit;
    close();
    controller.abort(new Error(limit));
  };
  const whole = setTimeout(expire, timeoutMs, 'timeout');
  const first = firstTokenMs === null ? undefined : setTimeout(expire, firstTokenMs, 'first_token_timeout');
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
  return { signal: controller.signal, expired: () => passed, firstTokenArrived: () => clearTimeout(first), close };
}
