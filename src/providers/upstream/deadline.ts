import type { FailureClass } from '../../protocol/failure.ts';
import type { LeavingListener, LeavingSignal } from '../leaving.ts';

/**
 * What may end a call before its answer has ended. An `AbortSignal` says the same to whoever knows nothing else, and its listeners take
 * several times as long.
 */
export interface CallEnd {
  readonly aborted: boolean;
  /** Of an abort. */
  readonly reason: Error | undefined;
  /** The one who is told of an abort; nobody any more where it is undefined. */
  listen(listener: ((reason: Error) => void) | undefined): void;
}

/** The end of one call: the caller goes away, or time is up. */
export interface Deadline extends CallEnd {
  /** Aborts as the call does: for code that is not ours. */
  readonly signal: AbortSignal;
  /** Which limit was passed, if one was. */
  expired(): Limit | null;
  /** Lifts the limit on the first token. */
  firstTokenArrived(): void;
  /** The answer is there: what else the upstream has to say may take so long. */
  endWithin(milliseconds: number): void;
  /** The call is over: drops timers and listeners. */
  close(): void;
}

type Limit = Extract<FailureClass, 'timeout' | 'first_token_timeout'>;

/** What a timer can hold: beyond it, Node fires at once. */
export const longestTimer = 2 ** 31 - 1;

export function openDeadline(caller: LeavingSignal, timeoutMs: number, firstTokenMs: number | null): Deadline {
  return new CallerDeadline(caller, timeoutMs, firstTokenMs);
}

class CallerDeadline implements Deadline, LeavingListener {
  readonly #caller: LeavingSignal;
  #whole: NodeJS.Timeout | undefined;
  readonly #first: NodeJS.Timeout | undefined;
  #passed: Limit | null = null;
  #listener: ((reason: Error) => void) | undefined;
  #controller: AbortController | undefined;
  reason: Error | undefined;

  constructor(caller: LeavingSignal, timeoutMs: number, firstTokenMs: number | null) {
    this.#caller = caller;
    if (caller.aborted) {
      this.#abort(caller.reason);
      return;
    }
    this.#whole = expireAfter(timeoutMs, this, 'timeout');
    if (firstTokenMs !== null) this.#first = expireAfter(firstTokenMs, this, 'first_token_timeout');
    caller.addEventListener('abort', this);
  }

  get aborted(): boolean {
    return this.reason !== undefined;
  }

  get signal(): AbortSignal {
    this.#controller ??= new AbortController();
    if (this.aborted) this.#controller.abort(this.reason);
    return this.#controller.signal;
  }

  listen(listener: ((reason: Error) => void) | undefined): void {
    this.#listener = listener;
  }

  expired(): Limit | null {
    return this.#passed;
  }

  firstTokenArrived(): void {
    clearTimeout(this.#first);
  }

  endWithin(milliseconds: number): void {
    clearTimeout(this.#whole);
    this.#whole = expireAfter(milliseconds, this, 'timeout');
  }

  close(): void {
    clearTimeout(this.#whole);
    clearTimeout(this.#first);
    this.#caller.removeEventListener('abort', this);
  }

  /** The caller went away. */
  handleEvent(): void {
    this.close();
    this.#abort(this.#caller.reason);
  }

  expire(limit: Limit): void {
    this.#passed = limit;
    this.close();
    this.#abort(new Error(limit));
  }

  #abort(reason: Error): void {
    this.reason = reason;
    this.#listener?.(reason);
    this.#controller?.abort(reason);
  }
}

function expireAfter(milliseconds: number, deadline: CallerDeadline, limit: Limit): NodeJS.Timeout {
  return setTimeout(expire, Math.min(milliseconds, longestTimer), deadline, limit);
}

function expire(deadline: CallerDeadline, limit: Limit): void {
  deadline.expire(limit);
}

/** A call that ends with a signal. */
export function endOfSignal(signal: AbortSignal): CallEnd {
  let listening: (() => void) | undefined;
  return {
    get aborted() {
      return signal.aborted;
    },
    get reason(): Error | undefined {
      return signal.reason;
    },
    listen(listener) {
      if (listening) signal.removeEventListener('abort', listening);
      listening = listener && (() => listener(signal.reason));
      if (listening) signal.addEventListener('abort', listening);
    },
  };
}
