/** Whether whoever asked has left. `Leaving` says so in a fraction of the time. */
export type LeavingSignal = AbortSignal | Leaving;

/** Who is told. As event listeners are that are objects: a function would have to be made for each. */
export interface LeavingListener {
  handleEvent(): void;
}

/** A caller that may leave: what of an `AbortSignal` is needed for that. */
export class Leaving {
  #listeners: LeavingListener[] = [];
  #controller: AbortController | undefined;
  #reason: Error | undefined;
  aborted = false;

  get reason(): Error {
    this.#reason ??= new DOMException('the caller has left', 'AbortError');
    return this.#reason;
  }

  /** The same, for code that is not ours: made when it is first asked for. */
  get signal(): AbortSignal {
    this.#controller ??= new AbortController();
    if (this.aborted) this.#controller.abort(this.reason);
    return this.#controller.signal;
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
    this.#controller?.abort(this.reason);
    const listeners = this.#listeners;
    this.#listeners = [];
    for (const listener of listeners) listener.handleEvent();
  }
}

export function abortSignalOf(leaving: LeavingSignal): AbortSignal {
  return leaving instanceof Leaving ? leaving.signal : leaving;
}
