import cluster from 'node:cluster';
import type { GatewayConfig } from '../../config/config.ts';
import { createPortStore } from '../../stores/port-store.ts';
import { type IpcEnd, processPort } from '../../stores/ports.ts';
import type { Store } from '../../stores/store.ts';
import type { Metrics } from '../../telemetry/metrics.ts';
import { isWorkerMessage, type WorkerMessage } from './worker-messages.ts';
import { hasOneOwner, sinceVariable, workerVariable } from './worker-settings.ts';

/** What a worker of `serve --workers` has of the process that started it. */
export interface WorkerSide {
  /** Tells the operator what all workers do alike. */
  readonly speaks: boolean;
  /** When all workers began, in milliseconds since 1970. */
  readonly since: number;
  /** The store that the owner serves; undefined where each worker opens its own. */
  store(config: Pick<GatewayConfig, 'store'>): Store | undefined;
  /** The same metrics, exposed as the sums of all workers. */
  ofAll(own: Metrics): Metrics;
  /** Lets the process end. */
  leave(): void;
}

const patienceMs = 3000;
const storeTimeoutMs = 5000;

/** Undefined in a process that is no worker. */
export function workerSide(): WorkerSide | undefined {
  if (!cluster.isWorker) return undefined;
  const end = process as IpcEnd;
  // Its owner died: Node would leave in good order, and may wait for ever for threads that are ending too.
  process.prependOnceListener('disconnect', () => process.kill(process.pid, 'SIGKILL'));
  return {
    speaks: process.env[workerVariable] === '1',
    since: Number(process.env[sinceVariable]),
    store({ store }) {
      if (!hasOneOwner(store.url)) return undefined;
      const where = `the store ${store.url}`;
      return createPortStore(processPort(end), { where, timeoutMs: storeTimeoutMs, close: async () => undefined });
    },
    ofAll: (own) => ({ ...own, expose: exposeAll(end, own) }),
    leave: () => process.channel?.unref(),
  };
}

function exposeAll(end: IpcEnd, own: Metrics): Metrics['expose'] {
  const waiting = new Map<number, (text: string) => void>();
  let lastId = 0;
  const say = (message: WorkerMessage) => end.send?.(message, () => undefined);
  end.on('message', async (message) => {
    if (!isWorkerMessage(message)) return;
    const { id } = message;
    if (message.llmpolicyWorker === 'all-metrics') waiting.get(id)?.(message.text);
    if (message.llmpolicyWorker === 'collect-metrics') {
      say({ llmpolicyWorker: 'own-metrics', id, metrics: await own.collect() });
    }
  });
  return async () => {
    const id = ++lastId;
    const { promise, resolve, reject } = Promise.withResolvers<string>();
    const late = setTimeout(() => reject(new Error('the metrics of all workers could not be had')), patienceMs);
    waiting.set(id, resolve);
    say({ llmpolicyWorker: 'ask-metrics', id });
    try {
      const [text, { contentType }] = await Promise.all([promise, own.expose()]);
      return { text, contentType };
    } finally {
      clearTimeout(late);
      waiting.delete(id);
    }
  };
}
