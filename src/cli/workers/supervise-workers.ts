import cluster, { type Worker } from 'node:cluster';
import { once } from 'node:events';
import { processPort } from '../../stores/ports.ts';
import { serveStore } from '../../stores/serve-store.ts';
import type { Store } from '../../stores/store.ts';
import { type ExitCode, exitCodes } from '../exit.ts';
import type { Terminal } from '../output/terminal.ts';
import { MetricsGatherer } from './gather-metrics.ts';
import { relayLines } from './relay-lines.ts';
import { sinceVariable, workerVariable } from './worker-settings.ts';

/** Crashes of so long ago count no more. */
const crashesCountMs = 60_000;
const firstPauseMs = 100;
const longestPauseMs = 30_000;

/**
 * Runs so many processes that share the port, and the store where it has one owner. One that ends is replaced, ever more slowly; on
 * SIGINT and SIGTERM all may end their requests, for `graceMs` at most, and SIGHUP reaches all.
 */
export async function superviseWorkers(
  terminal: Terminal,
  count: number,
  store: Store | undefined,
  graceMs: number,
): Promise<ExitCode> {
  const [, script = '', ...words] = process.argv;
  cluster.setupPrimary({ exec: script, args: words, silent: true, serialization: 'advanced' });
  const since = String(Date.now());
  const metrics = new MetricsGatherer();
  const running = new Map<number, Worker>();
  const crashes: number[] = [];
  const pauses = new Set<NodeJS.Timeout>();
  const stopped = Promise.withResolvers<void>();
  let isStopping = false;

  const start = (index: number): Worker => {
    const worker = cluster.fork({ [workerVariable]: String(index), [sinceVariable]: since });
    running.set(index, worker);
    if (store !== undefined) serveStore(store, processPort(worker.process));
    metrics.join(worker.process);
    relayLines(worker.process.stdout, process.stdout);
    relayLines(worker.process.stderr, process.stderr);
    // A worker that cannot be spoken to has ended, or will.
    worker.on('error', () => undefined);
    return worker;
  };
  const keepAlive = (index: number, worker: Worker): void => {
    worker.once('exit', (code, signal) => {
      running.delete(index);
      if (isStopping) return;
      const pauseMs = pauseAfterCrash(crashes);
      terminal.err(`worker ${index} ended (${signal ?? code}): another one takes its place in ${pauseMs} ms`);
      const pause = setTimeout(() => {
        pauses.delete(pause);
        const next = start(index);
        keepAlive(index, next);
        next.once('listening', () => terminal.err(`worker ${index} serves: process ${next.process.pid}`));
      }, pauseMs);
      pauses.add(pause);
    });
  };
  const stop = () => {
    isStopping = true;
    stopped.resolve();
  };
  const sayAgain = () => {
    for (const worker of running.values()) worker.process.kill('SIGHUP');
  };
  process.on('SIGINT', stop).on('SIGTERM', stop).on('SIGHUP', sayAgain);
  try {
    // One first: what keeps it from listening keeps all.
    const first = start(1);
    const failure = await Promise.race([listening(first), stopped.promise]);
    if (failure !== undefined || isStopping) return failure ?? exitCodes.ok;
    keepAlive(1, first);
    const others = Array.from({ length: count - 1 }, (_, at) => [at + 2, start(at + 2)] as const);
    for (const [index, worker] of others) keepAlive(index, worker);
    await Promise.race([Promise.all(others.map(([, worker]) => once(worker, 'listening'))), stopped.promise]);
    const processes = [...running.values()].map(({ process: { pid } }) => pid);
    if (!isStopping) terminal.err(`${count} workers serve: processes ${processes.join(', ')}\n`);
    await stopped.promise;
  } finally {
    isStopping = true;
    for (const pause of pauses) clearTimeout(pause);
    await Promise.all([...running.values()].map((worker) => end(worker, graceMs)));
    process.off('SIGINT', stop).off('SIGTERM', stop).off('SIGHUP', sayAgain);
    await store?.close();
  }
  return exitCodes.ok;
}

/** Undefined once it listens; else with what it ended. */
function listening(worker: Worker): Promise<ExitCode | undefined> {
  return new Promise((resolve) => {
    worker.once('listening', () => resolve(undefined));
    worker.once('exit', (ended) => resolve(Object.values(exitCodes).find((code) => code === ended) ?? exitCodes.bug));
  });
}

/** Crashes that follow each other make the next one wait, doubled each time. */
function pauseAfterCrash(crashes: number[]): number {
  const now = performance.now();
  while ((crashes[0] ?? now) < now - crashesCountMs) crashes.shift();
  crashes.push(now);
  return Math.min(longestPauseMs, firstPauseMs * 2 ** (crashes.length - 1));
}

async function end(worker: Worker, graceMs: number): Promise<void> {
  if (worker.isDead()) return;
  const ended = once(worker, 'exit');
  worker.process.kill('SIGTERM');
  const cutOff = setTimeout(() => worker.process.kill('SIGKILL'), graceMs);
  await ended;
  clearTimeout(cutOff);
}
