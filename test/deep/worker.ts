import { parentPort } from 'node:worker_threads';
import { runBatch } from './batch.ts';

/** A thread that runs one batch for each seed that it is sent. */
parentPort?.on('message', ({ seed, policies }: { readonly seed: number; readonly policies: number }) => {
  parentPort?.postMessage(runBatch(seed, policies));
});
