import { parentPort, workerData } from 'node:worker_threads';
import type { GuardConfig } from '../config/guard-config.ts';
import { createDetector } from './create-detector.ts';
import { detect } from './detect.ts';
import type { DetectAnswer, DetectJob } from './detect-pool.ts';
import type { Surroundings } from './guard.ts';

/** Only pure detectors come here, and they use nothing of the world. */
const nowhere: Surroundings = {
  outside: {
    call: () => Promise.reject(new Error('a pure detector calls nobody')),
    ask: () => Promise.reject(new Error('a pure detector asks nobody')),
    now: () => 0,
  },
  signal: new AbortController().signal,
};

const configs: readonly GuardConfig[] = workerData;
const detectors = new Map(configs.map((config) => [config.name, createDetector(config)]));

parentPort?.on('message', async ({ guard, text, place }: DetectJob) => {
  const detector = detectors.get(guard);
  let answer: DetectAnswer = { findings: null };
  try {
    if (detector) answer = { findings: await detect(detector, text, place, nowhere) };
  } catch {
    // What went wrong may quote the text: the other side learns only that the guard could not tell.
  }
  parentPort?.postMessage(answer);
});
