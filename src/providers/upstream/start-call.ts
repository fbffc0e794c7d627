import type { Dispatcher } from 'undici';
import { ReplyBody } from './reply-body.ts';

/** The beginning of an answer, whatever its status. */
export interface StartedReply {
  readonly status: number;
  readonly headers: Dispatcher.ResponseData['headers'];
  readonly body: ReplyBody;
}

/**
 * Sends a request and resolves with the head of its answer. Rejects where no head came, with undici's error or the reason of the
 * signal; when the signal aborts later, the body ends with its reason. `idleMs` bounds the silence inside the body.
 */
export function startCall(
  dispatcher: Dispatcher,
  options: Dispatcher.DispatchOptions,
  signal: AbortSignal,
  idleMs: number,
): Promise<StartedReply> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) return reject(signal.reason);
    let controller: Dispatcher.DispatchController | undefined;
    let body: ReplyBody | undefined;
    const fail = (error: unknown) => {
      signal.removeEventListener('abort', leave);
      if (body === undefined) reject(error);
      else body.fail(error);
    };
    const leave = () => {
      fail(signal.reason);
      controller?.abort(signal.reason);
    };
    signal.addEventListener('abort', leave);
    dispatcher.dispatch(options, {
      onRequestStart(started) {
        controller = started;
        if (signal.aborted) started.abort(signal.reason);
      },
      onResponseStart(source, status, headers) {
        // What comes before the answer is not for us.
        if (status < 200) return;
        body = new ReplyBody(source, idleMs);
        resolve({ status, headers, body });
      },
      onResponseData: (_, packet) => body?.add(packet),
      onResponseEnd() {
        signal.removeEventListener('abort', leave);
        body?.end();
      },
      onResponseError: (_, error) => fail(error),
    });
  });
}
