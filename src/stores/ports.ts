import { carriesBytes, type StorePort } from './port.ts';

/** What a `Worker` and a `MessagePort` have in common. */
export interface ThreadEnd {
  postMessage(message: unknown): void;
  on(event: string, heard: (message: unknown) => void): unknown;
}

/** A channel to a thread. */
export function threadPort(thread: ThreadEnd): StorePort {
  return {
    // A text is handed over in less time than what it tells of; bytes have no text.
    send: (message) => thread.postMessage(carriesBytes(message) ? message : JSON.stringify(message)),
    listen(heard, gone) {
      thread.on('message', (message) => heard(typeof message === 'string' ? JSON.parse(message) : message));
      thread.on('error', (error) => gone(String(error)));
      thread.on('messageerror', (error) => gone(String(error)));
      thread.on('exit', () => gone('its thread ended'));
      thread.on('close', () => gone('its channel was closed'));
    },
  };
}

/** What `process` in a worker, and a worker in its owner, have in common. */
export interface IpcEnd {
  send?(message: object, sent: (error: Error | null) => void): boolean;
  on(event: 'message', heard: (message: unknown) => void): unknown;
  on(event: 'disconnect', gone: () => void): unknown;
}

/** A channel between processes. A message that can no longer be sent is lost: whoever waits for an answer hears that the channel ended. */
export function processPort(end: IpcEnd): StorePort {
  return {
    send(message) {
      end.send?.(message as object, () => undefined);
    },
    listen(heard, gone) {
      end.on('message', heard);
      end.on('disconnect', () => gone('its process ended'));
    },
  };
}
