// A million cases and more: policies of every kind, each decided by the meaning, by the tables in every form and by json-logic-js.
// LLMPOLICY_TEST_SCALE sizes it, --seed N repeats a run. Exits with 1 where evaluators disagree.
import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { Worker } from 'node:worker_threads';
import type { BatchResult } from './batch.ts';

const scale = Number(process.env['LLMPOLICY_TEST_SCALE'] ?? 1);
const wanted = { cases: Math.ceil(1_000_000 * scale), policies: Math.ceil(20_000 * scale) };
const batchSize = Math.min(100, wanted.policies);
const { values } = parseArgs({ options: { seed: { type: 'string' } } });
const firstSeed = values.seed === undefined ? Math.floor(Math.random() * 2 ** 30) : Number(values.seed);

const started = performance.now();
const digests = new Set<string>();
let [drawn, compiled, cases, batches] = [0, 0, 0, 0];
let failure: string | null = null;

const isDone = () => failure !== null || (cases >= wanted.cases && digests.size >= wanted.policies);
const grouped = (count: number) => count.toLocaleString('en');
const counted = () => `${grouped(cases)} cases, ${grouped(digests.size)} different policies`;
const elapsed = () => `${Math.round((performance.now() - started) / 1000)} s`;

function count(result: BatchResult): void {
  drawn += result.drawn;
  compiled += result.digests.length;
  cases += result.cases;
  for (const digest of result.digests) digests.add(digest);
  failure ??= result.failure;
  if (process.stderr.isTTY) process.stderr.write(`\r${counted()}, ${elapsed()} `);
}

/** One thread, until enough has been tried: a batch from the next seed, then another. */
function work(): Promise<void> {
  const worker = new Worker(new URL('./worker.ts', import.meta.url));
  const next = () => worker.postMessage({ seed: firstSeed + batches++, policies: batchSize });
  return new Promise((resolve, reject) => {
    worker.on('error', reject);
    worker.on('message', (result: BatchResult) => {
      count(result);
      if (!isDone()) return next();
      void worker.terminate().then(() => resolve());
    });
    next();
  });
}

await Promise.all(Array.from({ length: Math.max(1, availableParallelism()) }, work));
if (process.stderr.isTTY) process.stderr.write('\n');
if (failure !== null) process.stdout.write(`evaluators disagree:\n\n${failure}\n\n`);
process.stdout.write(
  [
    `policies drawn: ${grouped(drawn)}, of which ${grouped(compiled)} compiled`,
    `different policies, by digest: ${grouped(digests.size)}`,
    `cases, a policy with the facts of one request: ${grouped(cases)}`,
    'each decided by the meaning, the tables as built, as diagram, as bit-vectors and as scan, and json-logic-js',
    `seed ${firstSeed}, ${elapsed()}: ${failure === null ? 'all agree' : 'they DISAGREE'}`,
    '',
  ].join('\n'),
);
process.exitCode = failure === null ? 0 : 1;
