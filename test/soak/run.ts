// Memory that stays: `npm run test:soak [REQUESTS]`. A gateway with keys, budgets, limits, a ledger and failing upstreams serves so many
// requests, half of them streams, some of whose callers leave. What it holds after a forced collection at the end may be 5 % more than
// at 40 % of the way, and never more than 400 MB are resident. Exits with 1 where that does not hold.
import { type ChildProcess, spawn } from 'node:child_process';
import { hash } from 'node:crypto';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Pool } from 'undici';

const wanted = Number(process.argv[2] ?? 200_000);
const atOnce = 32;
const mostGrowth = 0.05;
const mostResident = 400 * 1024 * 1024;
const key = 'soak-key';
const megabytes = (bytes: number) => `${(bytes / 1024 / 1024).toFixed(1)} MB`;

const config = (port: number) => `version: 1
server: { port: 0 }
policy: main.llmpolicy
auth: { required: true }
providers:
  one: { kind: openai, base_url: "http://127.0.0.1:${port}/v1", api_keys: [a, b], region: eu }
  two: { kind: openai-compatible, base_url: "http://127.0.0.1:${port}/v1", region: eu }
models:
  first: { provider: one, price_in: $1, price_out: $2, context_window: 32k, max_output: 8k }
  second: { provider: two, price_in: $1, price_out: $2, context_window: 32k, max_output: 8k }
keys: [ { name: soak, hash: "sha256:${hash('sha256', key, 'hex')}", team: a } ]
`;

const policy = `edition 2026
policy "soak"
require request.user is known else reject 400
routes { otherwise use { first, second } timeout 30s }
retry 1 on { network } backoff 1ms..5ms
budget all $100000 per day
limit users 1000 req per min for each request.user
limit open 1000 concurrent
`;

async function startUpstream(): Promise<{ readonly child: ChildProcess; readonly port: number }> {
  const child = spawn(process.execPath, [join(import.meta.dirname, 'upstream.ts')], {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  const [port] = await once(child, 'message');
  return { child, port: Number(port) };
}

async function startGateway(folder: string): Promise<{ readonly child: ChildProcess; readonly url: string }> {
  const measured = join(import.meta.dirname, 'measured.ts');
  const main = join(import.meta.dirname, '../../src/cli/llmpolicy.mjs');
  const words = ['--expose-gc', '--import', measured, main, 'serve', '--port', '0'];
  const child = spawn(process.execPath, words, { cwd: folder, stdio: ['ignore', 'ignore', 'pipe', 'ipc'] });
  let said = '';
  const url = await new Promise<string>((resolve, reject) => {
    child.stderr?.on('data', (text) => {
      said += String(text);
      const found = /on (http:\/\/\S+)/.exec(said)?.[1];
      if (found !== undefined) resolve(found);
    });
    child.once('exit', () => reject(new Error(`the gateway ended: ${said}`)));
  });
  child.once('exit', (code) => {
    if (code !== 0) throw new Error(`the gateway ended with ${code}: ${said}`);
  });
  return { child, url };
}

/** Asks for so many answers. Every fiftieth caller of a stream leaves in its midst; the users are ever others. */
async function load(pool: Pool, count: number, tell: (done: number) => void): Promise<ReadonlyMap<number, number>> {
  const statuses = new Map<number, number>();
  let asked = 0;
  const one = async (index: number) => {
    const stream = index % 2 === 0;
    const messages = [{ role: 'user', content: `hello, this is request ${index}` }];
    const { statusCode, body } = await pool.request({
      method: 'POST',
      path: '/v1/chat/completions',
      headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
      body: JSON.stringify({ model: 'first', stream, messages, user: `user-${index % 20_000}` }),
    });
    statuses.set(statusCode, (statuses.get(statusCode) ?? 0) + 1);
    if (stream && index % 100 === 0) body.on('error', () => undefined).destroy();
    else await body.dump({ limit: Number.MAX_SAFE_INTEGER });
  };
  const askOn = async () => {
    while (asked < count) {
      await one(asked++).catch(() => statuses.set(0, (statuses.get(0) ?? 0) + 1));
      if (asked % 1000 === 0) tell(asked);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, askOn));
  return statuses;
}

async function memoryOf(child: ChildProcess): Promise<NodeJS.MemoryUsage> {
  // What a request leaves behind for a moment (its entry in the ledger, its sums) is then on its way.
  await new Promise((resolve) => setTimeout(resolve, 3000));
  child.send('measure');
  const [usage] = await once(child, 'message');
  return usage as NodeJS.MemoryUsage;
}

function residentOf({ pid }: ChildProcess): number {
  try {
    const [, kilobytes = '0'] = /VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
    return Number(kilobytes) * 1024;
  } catch {
    return 0;
  }
}

const folder = await mkdtemp(join(tmpdir(), 'llmpolicy-soak-'));
const upstream = await startUpstream();
await writeFile(join(folder, 'gateway.config.yaml'), config(upstream.port));
await writeFile(join(folder, 'main.llmpolicy'), policy);
const gateway = await startGateway(folder);
const pool = new Pool(gateway.url, { connections: atOnce });
process.on('exit', () => {
  gateway.child.kill('SIGKILL');
  upstream.child.kill('SIGKILL');
});
let resident = 0;
const watch = setInterval(() => (resident = Math.max(resident, residentOf(gateway.child))), 500);
try {
  const tell = (before: number) => (done: number) => {
    if (process.stderr.isTTY)
      process.stderr.write(`\r${before + done} of ${wanted}, ${megabytes(resident)} resident at most `);
  };
  const firstPart = Math.round(wanted * 0.4);
  const early = await load(pool, firstPart, tell(0));
  const before = await memoryOf(gateway.child);
  const late = await load(pool, wanted - firstPart, tell(firstPart));
  const after = await memoryOf(gateway.child);
  const held = (usage: NodeJS.MemoryUsage) => usage.heapUsed + usage.external;
  const growth = held(after) / held(before) - 1;
  for (const [status, count] of [...early, ...late]) process.stdout.write(`${count} answers with ${status}\n`);
  process.stdout.write(
    `held at 40 %: ${megabytes(held(before))}, at the end: ${megabytes(held(after))} (${(growth * 100).toFixed(1)} %); ` +
      `resident at most ${megabytes(resident)}\n`,
  );
  const wrong = (early.get(0) ?? 0) + (late.get(0) ?? 0);
  process.exitCode = growth <= mostGrowth && resident <= mostResident && wrong === 0 ? 0 : 1;
} finally {
  clearInterval(watch);
  await pool.destroy();
  gateway.child.kill('SIGTERM');
  await once(gateway.child, 'close');
  upstream.child.kill();
  await rm(folder, { recursive: true });
}
