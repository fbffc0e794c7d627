/**
 * Whether whoever asked has left: what of an `AbortSignal` is needed for that, so that any signal will do. `Leaving` says it in a fraction
 * of the time.
 */
export interface LeavingSignal {
  readonly aborted: boolean;
  readonly reason: Error;
  addEventListener(type: 'abort', listener: LeavingListener): void;
  removeEventListener(type: 'abort', listener: LeavingListener): void;
}

/** As event listeners are that are objects: a function would have to be made for each. */
export interface LeavingListener {
  handleEvent(): void;
}

/** A caller that may leave. */
export class Leaving implements LeavingSignal {
  #listeners: LeavingListener[] = [];
  #reason: Error | undefined;
  aborted = false;

  get reason(): Error {
    this.#reason ??= new DOMException('the caller has left', 'AbortError');
    return this.#reason;
  }

  addEventListener(_type: 'abort', listener: LeavingListener): void {
    this.#listeners.push(listener);
  }

  removeEventListener(_type: 'abort', listener: LeavingListener): void {
    if (this.#listeners.at(-1) === listener) this.#listeners.pop();
    else this.#listeners = this.#listeners.filter((other) => other !== listener);
  }

  abort(): void {
    if (this.aborted) return;
    this.aborted = true;
    const listeners = this.#listeners;
    this.#listeners = [];
    for (const listener of listeners) listener.handleEvent();
  }
}

/** The same as an `AbortSignal`, for code that is not ours. */
export function abortSignalOf(leaving: LeavingSignal): AbortSignal {
  if (leaving instanceof AbortSignal) return leaving;
  const controller = new AbortController();
  const abort = () => controller.abort(leaving.reason);
  if (leaving.aborted) abort();
  else leaving.addEventListener('abort', { handleEvent: abort });
  return controller.signal;
}
