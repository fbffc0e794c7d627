import type { Dispatcher } from 'undici';
import type { CallEnd } from './deadline.ts';
import { ReplyBody } from './reply-body.ts';

/** The beginning of an answer, whatever its status. */
export interface StartedReply {
  readonly status: number;
  readonly headers: Dispatcher.ResponseData['headers'];
  readonly body: ReplyBody;
}

/**
 * Sends a request and resolves with the head of its answer. Rejects where no head came, with undici's error or the reason of the
 * abort; when the call is aborted later, the body ends with its reason. `idleMs` bounds the silence inside the body.
 */
export function startCall(
  dispatcher: Dispatcher,
  options: Dispatcher.DispatchOptions,
  end: CallEnd,
  idleMs: number,
): Promise<StartedReply> {
  return new Promise((resolve, reject) => {
    if (end.aborted) reject(end.reason);
    else dispatcher.dispatch(options, new Call(end, idleMs, resolve, reject));
  });
}

/** A call on its way, as undici tells of it. */
class Call implements Dispatcher.DispatchHandler {
  readonly #end: CallEnd;
  readonly #idleMs: number;
  readonly #resolve: (started: StartedReply) => void;
  readonly #reject: (error: unknown) => void;
  #controller: Dispatcher.DispatchController | undefined;
  #body: ReplyBody | undefined;

  constructor(
    end: CallEnd,
    idleMs: number,
    resolve: (started: StartedReply) => void,
    reject: (error: unknown) => void,
  ) {
    this.#end = end;
    this.#idleMs = idleMs;
    this.#resolve = resolve;
    this.#reject = reject;
    end.listen((reason) => this.#leave(reason));
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller;
    const { reason } = this.#end;
    if (reason !== undefined) controller.abort(reason);
  }

  onResponseStart(
    controller: Dispatcher.DispatchController,
    status: number,
    headers: Dispatcher.ResponseData['headers'],
  ): void {
    // What comes before the answer is not for us.
    if (status < 200) return;
    this.#body = new ReplyBody(controller, this.#idleMs);
    this.#resolve({ status, headers, body: this.#body });
  }

  onResponseData(_controller: Dispatcher.DispatchController, packet: Buffer): void {
    this.#body?.add(packet);
  }

  onResponseEnd(): void {
    this.#end.listen(undefined);
    this.#body?.end();
  }

  onResponseError(_controller: Dispatcher.DispatchController | null, error: unknown): void {
    this.#fail(error);
  }

  #leave(reason: Error): void {
    this.#fail(reason);
    this.#controller?.abort(reason);
  }

  #fail(error: unknown): void {
    this.#end.listen(undefined);
    if (this.#body === undefined) this.#reject(error);
    else this.#body.fail(error);
  }
}
