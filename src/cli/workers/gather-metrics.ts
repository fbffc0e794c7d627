import { AggregatorRegistry } from 'prom-client';
import type { IpcEnd } from '../../stores/ports.ts';
import { isWorkerMessage, type WorkerMessage } from './worker-messages.ts';

/** A worker that does not answer in this time is left out. */
const patienceMs = 1000;

interface Gathering {
  readonly waitsFor: Set<IpcEnd>;
  readonly found: (readonly object[])[];
  readonly done: () => void;
}

/** Adds up the metrics of all workers, for whichever of them is asked. */
export class MetricsGatherer {
  readonly #workers = new Set<IpcEnd>();
  readonly #gatherings = new Map<number, Gathering>();
  #lastId = 0;

  join(worker: IpcEnd): void {
    this.#workers.add(worker);
    worker.on('message', (message) => {
      if (!isWorkerMessage(message)) return;
      if (message.llmpolicyWorker === 'own-metrics') this.#take(worker, message.id, message.metrics);
      if (message.llmpolicyWorker === 'ask-metrics') void this.#answer(worker, message.id);
    });
    worker.on('disconnect', () => {
      this.#workers.delete(worker);
      for (const id of this.#gatherings.keys()) this.#take(worker, id, undefined);
    });
  }

  async #answer(worker: IpcEnd, id: number): Promise<void> {
    const registry = AggregatorRegistry.aggregate([...(await this.#gather())] as object[]);
    send(worker, { llmpolicyWorker: 'all-metrics', id, text: await registry.metrics() });
  }

  async #gather(): Promise<readonly (readonly object[])[]> {
    const id = ++this.#lastId;
    const { promise, resolve } = Promise.withResolvers<void>();
    const gathering = { waitsFor: new Set(this.#workers), found: [], done: resolve };
    this.#gatherings.set(id, gathering);
    const late = setTimeout(resolve, patienceMs);
    for (const worker of this.#workers) send(worker, { llmpolicyWorker: 'collect-metrics', id });
    await promise;
    clearTimeout(late);
    this.#gatherings.delete(id);
    return gathering.found;
  }

  #take(worker: IpcEnd, id: number, metrics: readonly object[] | undefined): void {
    const gathering = this.#gatherings.get(id);
    if (!gathering?.waitsFor.delete(worker)) return;
    if (metrics !== undefined) gathering.found.push(metrics);
    if (gathering.waitsFor.size === 0) gathering.done();
  }
}

/** A worker that has gone hears nothing any more. */
function send(worker: IpcEnd, message: WorkerMessage): void {
  worker.send?.(message, () => undefined);
}
