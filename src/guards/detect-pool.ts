import { Worker } from 'node:worker_threads';
import type { GuardConfig } from '../config/guard-config.ts';
import type { Finding, Place } from './guard.ts';

export interface DetectJob {
  readonly guard: string;
  readonly text: string;
  readonly place: Place;
}

/** Null where the detector could not tell. */
export interface DetectAnswer {
  readonly findings: readonly Finding[] | null;
}

/** Inspects long texts off the serving thread. */
export interface DetectPool {
  /** Rejects when the queue is full, the detector failed or the signal was aborted; a job that is running then ends with its thread. */
  detect(job: DetectJob, signal: AbortSignal): Promise<readonly Finding[]>;
  close(): Promise<void>;
}

export interface PoolLimits {
  readonly threads: number;
  /** UTF-16 units of all texts that wait or are inspected. */
  readonly maxUnits: number;
}

interface Waiting {
  readonly job: DetectJob;
  readonly settle: (answer: DetectAnswer | Error) => void;
}

interface Thread {
  worker: Worker | undefined;
  running: Waiting | undefined;
}

/** The file beside this one, in the sources or in what was built from them. */
const workerFile = new URL(`./detect-worker${import.meta.url.endsWith('.ts') ? '.ts' : '.js'}`, import.meta.url);

/** Threads begin with their first job. */
export function createDetectPool(configs: readonly GuardConfig[], limits: PoolLimits): DetectPool {
  const threads: readonly Thread[] = Array.from({ length: limits.threads }, () => ({
    worker: undefined,
    running: undefined,
  }));
  const queue: Waiting[] = [];
  let units = 0;

  function finish(thread: Thread, answer: DetectAnswer | Error): void {
    const done = thread.running;
    thread.running = undefined;
    done?.settle(answer);
    next(thread);
  }

  function start(thread: Thread): Worker {
    const worker = new Worker(workerFile, { workerData: configs });
    worker.unref();
    worker.on('message', (answer: DetectAnswer) => finish(thread, answer));
    worker.on('error', () => {
      thread.worker = undefined;
      finish(thread, new Error('the thread that inspects long texts failed'));
    });
    return worker;
  }

  function next(thread: Thread): void {
    if (thread.running) return;
    thread.running = queue.shift();
    if (!thread.running) {
      thread.worker?.unref();
      return;
    }
    thread.worker ??= start(thread);
    thread.worker.ref();
    thread.worker.postMessage(thread.running.job);
  }

  function abandon(waiting: Waiting): void {
    const place = queue.indexOf(waiting);
    if (place >= 0) queue.splice(place, 1);
    const thread = threads.find(({ running }) => running === waiting);
    waiting.settle(new Error('the inspection took too long'));
    if (!thread) return;
    // Nothing else stops a thread that is computing.
    thread.worker?.removeAllListeners();
    void thread.worker?.terminate();
    thread.worker = undefined;
    thread.running = undefined;
    next(thread);
  }

  return {
    detect(job, signal) {
      if (signal.aborted) return Promise.reject(new Error('the inspection took too long'));
      if (units + job.text.length > limits.maxUnits)
        return Promise.reject(new Error('too many long texts wait to be inspected'));
      units += job.text.length;
      return new Promise((resolve, reject) => {
        const onAbort = () => abandon(waiting);
        const waiting: Waiting = {
          job,
          settle(answer) {
            signal.removeEventListener('abort', onAbort);
            units -= job.text.length;
            if (answer instanceof Error) reject(answer);
            else if (answer.findings === null) reject(new Error('the detector failed'));
            else resolve(answer.findings);
          },
        };
        signal.addEventListener('abort', onAbort, { once: true });
        queue.push(waiting);
        const idle = threads.find(({ running }) => running === undefined);
        if (idle) next(idle);
      });
    },
    async close() {
      for (const waiting of queue.splice(0)) waiting.settle(new Error('the gateway is closing'));
      for (const thread of threads) {
        thread.running?.settle(new Error('the gateway is closing'));
        thread.running = undefined;
      }
      await Promise.all(threads.map(({ worker }) => worker?.terminate()));
    },
  };
}
