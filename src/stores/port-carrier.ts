import type { CallCarrier } from './call-store.ts';
import { type CallMessage, isAnswerMessage, type StorePort, thrownError } from './port.ts';
import { StoreUnavailable } from './store.ts';

export interface PortOptions {
  /** How the store is called in messages: `the store sqlite:…`. */
  readonly where: string;
  readonly timeoutMs: number;
  /** Calls that may wait for an answer at once; further ones are refused. Without it, all may. */
  readonly mostWaiting?: number;
  /** Calls that nobody waits for: they travel with the next one that somebody does, or when so many milliseconds have passed. */
  readonly patient?: { readonly methods: ReadonlySet<string>; readonly milliseconds: number };
  /** Ends what is at the other side of the port. */
  close(): Promise<void>;
}

interface Waiting {
  readonly resolve: (answer: unknown) => void;
  readonly reject: (error: Error) => void;
  /** When its time is up, by the process's clock. */
  readonly until: number;
}

/** Carries calls over a port, those of one turn together, to whoever answers at its other side. */
export function createPortCarrier(port: StorePort, options: PortOptions): CallCarrier {
  const { where, timeoutMs, mostWaiting = Number.POSITIVE_INFINITY, patient, close } = options;
  const waiting = new Map<number, Waiting>();
  let calls: CallMessage['calls'][number][] = [];
  let lastId = 0;
  let ended: StoreUnavailable | undefined;

  const take = (id: number): Waiting | undefined => {
    const found = waiting.get(id);
    waiting.delete(id);
    return found;
  };
  // All may take as long, so those that were called first are late first: one timer watches over them.
  let watch: NodeJS.Timeout | undefined;
  const rejectLate = (): void => {
    watch = undefined;
    const now = performance.now();
    for (const [id, { until }] of waiting) {
      if (until > now) {
        watch = setTimeout(rejectLate, Math.ceil(until - now)).unref();
        return;
      }
      take(id)?.reject(new StoreUnavailable('timeout', `${where} did not answer in ${timeoutMs} ms`));
    }
  };
  const end = (error: StoreUnavailable): void => {
    ended ??= error;
    clearTimeout(watch);
    for (const id of [...waiting.keys()]) take(id)?.reject(error);
  };
  let isDue = false;
  let patience: NodeJS.Timeout | undefined;
  const flush = (): void => {
    isDue = false;
    clearTimeout(patience);
    patience = undefined;
    if (calls.length === 0) return;
    const message: CallMessage = { llmpolicyStore: 'calls', calls };
    calls = [];
    if (ended !== undefined) return;
    try {
      port.send(message);
    } catch (cause) {
      const error = new StoreUnavailable('connection', `${where} cannot be reached`, cause);
      for (const { id } of message.calls) take(id)?.reject(error);
    }
  };
  port.listen(
    (message) => {
      if (!isAnswerMessage(message)) return;
      for (const entry of message.answers) {
        const found = take(entry.id);
        if ('error' in entry) found?.reject(thrownError(entry.error));
        else found?.resolve(entry.answer);
      }
    },
    (why) => end(new StoreUnavailable('connection', `${where} has gone: ${why}`)),
  );

  return {
    call: ({ method, words }) =>
      new Promise((resolve, reject) => {
        if (ended !== undefined) return reject(ended);
        if (waiting.size >= mostWaiting) return reject(new StoreUnavailable('busy', `${where} has too much to do`));
        const id = ++lastId;
        waiting.set(id, { resolve, reject, until: performance.now() + timeoutMs });
        watch ??= setTimeout(rejectLate, timeoutMs).unref();
        calls.push({ id, method, words });
        if (isDue) return;
        if (patient?.methods.has(method)) {
          patience ??= setTimeout(flush, patient.milliseconds);
        } else {
          isDue = true;
          setImmediate(flush);
        }
      }),
    async close() {
      end(new StoreUnavailable('closed', `${where} was closed`));
      await close();
    },
  };
}
