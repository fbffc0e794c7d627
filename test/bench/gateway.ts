// What the gateway costs per request, beside the floor: `npm run bench:gateway [SECONDS]`. Both run in turn, in one go, with the
// project's own load (`../shared/bench`, which needs wrk), whole and streamed, and the ratio is what counts. Then: how much later a
// chunk of a stream comes through the gateway than from the upstream itself.
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { hash } from 'node:crypto';
import { copyFileSync, mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

const root = resolve(import.meta.dirname, '../..');
const tools = resolve(root, '../shared/bench');
const seconds = Number(process.argv[2] ?? 8);
const rounds = 3;
const key = 'bench-key';

const ports = { upstream: 9101, floor: 9102, gateway: 9103, timed: 9104 };
const running: ChildProcess[] = [];

function start(script: string, words: readonly string[], options: { readonly cwd?: string } = {}): ChildProcess {
  const child = spawn(process.execPath, [script, ...words], { stdio: ['ignore', 'ignore', 'inherit'], ...options });
  running.push(child);
  return child;
}

async function answers(url: string): Promise<void> {
  for (let tries = 0; tries < 200; tries++) {
    const up = await fetch(url).then(
      () => true,
      () => false,
    );
    if (up) return;
    await new Promise((done) => setTimeout(done, 50));
  }
  throw new Error(`nobody answers at ${url}`);
}

/** The policy, the check of keys and every header are on, as they are in production. */
function writeGateway(): string {
  const folder = mkdtempSync(join(tmpdir(), 'llmpolicy-bench-'));
  const upstream = (port: number) =>
    `{ kind: openai, base_url: "http://127.0.0.1:${port}/v1", api_key: k, region: eu }`;
  const able = 'price_in: $1, price_out: $2, context_window: 128k, max_output: 16k, tools: true';
  writeFileSync(
    join(folder, 'gateway.config.yaml'),
    `version: 1
server: { port: ${ports.gateway} }
policy: main.llmpolicy
auth: { required: true }
providers:
  instant: ${upstream(ports.upstream)}
  timed: ${upstream(ports.timed)}
models:
  gpt-4.1-mini: { provider: instant, ${able} }
  timed: { provider: timed, upstream: m, ${able} }
attributes:
  request.data_region: { type: enum, values: [eu, us, any], default: any, from: [header x-data-region] }
  caller.tier: { type: enum, values: [free, gold], default: free }
keys:
  - { name: bench, hash: "sha256:${hash('sha256', key, 'hex')}", team: a, tier: gold }
`,
  );
  writeFileSync(
    join(folder, 'main.llmpolicy'),
    `edition 2026
policy "bench"
deny model when request.data_region == eu and model.region != eu
require caller.team is known else reject 403 "no team"
routes {
  route long when request.input_tokens > 100k tok use gpt-4.1-mini
  otherwise use requested
}
fallback on { timeout, rate_limited, server_error } max 2 attempts
`,
  );
  return folder;
}

interface Cost {
  readonly line: string;
  readonly microseconds: number;
}

function measure(name: string, port: number, { pid }: ChildProcess, script: string): Cost {
  const url = `http://127.0.0.1:${port}/v1/chat/completions`;
  const env = { ...process.env, SCRIPT: script, KEY: key };
  const words = [join(tools, 'cost.sh'), name, url, String(pid), String(seconds)];
  const line = execFileSync('bash', words, { env, encoding: 'utf8' }).trim();
  return { line, microseconds: Number(/(\d+) us CPU/.exec(line)?.[1]) };
}

const median = (numbers: readonly number[]) =>
  numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? Number.NaN;

function compare(what: string, floor: ChildProcess, gateway: ChildProcess, script: string): void {
  const costs = Array.from({ length: rounds }, () => {
    const [bare, ours] = [
      measure(`${what}, floor  `, ports.floor, floor, script),
      measure(`${what}, gateway`, ports.gateway, gateway, script),
    ];
    process.stdout.write(`${bare.line}\n${ours.line}\n`);
    return { bare: bare.microseconds, ours: ours.microseconds };
  });
  const [bare, ours] = [median(costs.map((cost) => cost.bare)), median(costs.map((cost) => cost.ours))];
  process.stdout.write(`${what}: ${ours} µs against ${bare} µs, ratio ${(ours / bare).toFixed(2)}\n\n`);
}

const clock = () => performance.timeOrigin + performance.now();
const chunksPerStream = 100;
const streams = 10;

/** An upstream whose chunks say when they were sent. */
function startTimed(): void {
  const server = createServer((request, response) => {
    request.resume();
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    let count = 0;
    const timer = setInterval(() => {
      const delta = { content: String(clock()) };
      response.write(`data: ${JSON.stringify({ id: 'c', choices: [{ index: 0, delta, finish_reason: null }] })}\n\n`);
      if (++count < chunksPerStream) return;
      clearInterval(timer);
      response.end(
        `data: ${JSON.stringify({ id: 'c', choices: [{ index: 0, delta: {}, finish_reason: 'stop' }] })}\n\ndata: [DONE]\n\n`,
      );
    }, 5);
  });
  server.listen(ports.timed, '127.0.0.1');
  server.unref();
}

/** How long chunks were on their way, in milliseconds. */
async function delays(url: string): Promise<readonly number[]> {
  const body = JSON.stringify({ model: 'timed', stream: true, messages: [{ role: 'user', content: 'hi' }] });
  const headers = { 'content-type': 'application/json', authorization: `Bearer ${key}` };
  const one = async () => {
    const response = await fetch(url, { method: 'POST', body, headers });
    const found: number[] = [];
    for await (const chunk of response.body ?? []) {
      const now = clock();
      for (const [, sent] of Buffer.from(chunk)
        .toString()
        .matchAll(/"content":"([\d.]+)"/g))
        found.push(now - Number(sent));
    }
    return found;
  };
  return (await Promise.all(Array.from({ length: streams }, one))).flat();
}

const p99 = (numbers: readonly number[]) =>
  numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length * 0.99)] ?? Number.NaN;

try {
  start(join(tools, 'upstream.mjs'), [String(ports.upstream)]);
  // It finds Express and undici from where it stands.
  const beside = join(root, 'node_modules/.cache/llmpolicy-bench');
  mkdirSync(beside, { recursive: true });
  copyFileSync(join(tools, 'passthrough-express.mjs'), join(beside, 'floor.mjs'));
  const floor = start(join(beside, 'floor.mjs'), [String(ports.floor), `http://127.0.0.1:${ports.upstream}`]);
  const gateway = start(join(root, 'src/cli/llmpolicy.mjs'), ['serve'], { cwd: writeGateway() });
  startTimed();
  await answers(`http://127.0.0.1:${ports.floor}/`);
  await answers(`http://127.0.0.1:${ports.gateway}/healthz`);
  compare('whole', floor, gateway, 'chat.lua');
  compare('stream', floor, gateway, 'stream.lua');
  const path = '/v1/chat/completions';
  await delays(`http://127.0.0.1:${ports.gateway}${path}`);
  const [direct, through] = [
    p99(await delays(`http://127.0.0.1:${ports.timed}${path}`)),
    p99(await delays(`http://127.0.0.1:${ports.gateway}${path}`)),
  ];
  const added = (through - direct).toFixed(2);
  process.stdout.write(
    `a chunk: p99 ${through.toFixed(2)} ms through the gateway, ${direct.toFixed(2)} ms without, ${added} ms added\n`,
  );
} finally {
  for (const child of running) child.kill();
}
process.exit();
