// What the gateway costs per request, beside the floor: `npm run bench:gateway [SECONDS]`. All run in turn, in one go, with the
// project's own load (`../shared/bench`, which needs wrk), whole and streamed, and the ratio is what counts. `decides`: policy, check of
// keys, log, metrics and every header, nothing kept. `production`: a budget, a limit, store and ledger on SQLite beside that. Then: how
// much later a chunk of a stream comes through the gateway than from the upstream itself.
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { hash } from 'node:crypto';
import { copyFileSync, mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

const root = resolve(import.meta.dirname, '../..');
const tools = resolve(root, '../shared/bench');
const seconds = Number(process.argv[2] ?? 8);
const rounds = 9;
/** As many seconds of load until code has been compiled for good, as in any gateway that has run for a minute. */
const warmUpSeconds = 20;
const key = 'bench-key';

const ports = { upstream: 9101, floor: 9102, decides: 9103, production: 9105, timed: 9104 };
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

interface Setting {
  readonly port: number;
  readonly keeps: string;
  readonly counts: string;
}

const settings: Readonly<Record<'decides' | 'production', Setting>> = {
  decides: { port: ports.decides, keeps: 'store: memory\nledger: off', counts: '' },
  production: {
    port: ports.production,
    keeps: 'store: sqlite:gateway.db\nledger: sqlite:ledger.db',
    counts: `budget team-month $1000000 per month for each caller.team
limit key-rpm 100M req per min for each caller.key
`,
  },
};

function startGateway({ port, keeps, counts }: Setting): ChildProcess {
  return start(join(root, 'src/cli/llmpolicy.mjs'), ['serve'], { cwd: writeGateway(port, keeps, counts) });
}

function writeGateway(port: number, keeps: string, counts: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'llmpolicy-bench-'));
  const upstream = (at: number) => `{ kind: openai, base_url: "http://127.0.0.1:${at}/v1", api_key: k, region: eu }`;
  const able = 'price_in: $1, price_out: $2, context_window: 128k, max_output: 16k, tools: true';
  writeFileSync(
    join(folder, 'gateway.config.yaml'),
    `version: 1
server: { port: ${port} }
policy: main.llmpolicy
${keeps}
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
${counts}`,
  );
  return folder;
}

interface Cost {
  readonly line: string;
  readonly microseconds: number;
}

function measure(name: string, port: number, { pid }: ChildProcess, script: string, forSeconds = seconds): Cost {
  const url = `http://127.0.0.1:${port}/v1/chat/completions`;
  const env = { ...process.env, SCRIPT: script, KEY: key };
  const words = [join(tools, 'cost.sh'), name, url, String(pid), String(forSeconds)];
  const line = execFileSync('bash', words, { env, encoding: 'utf8' }).trim();
  return { line, microseconds: Number(/(\d+) us CPU/.exec(line)?.[1]) };
}

type Side = 'floor' | keyof typeof settings;

/** One after the other, so that what else the machine does hits all alike. */
function compare(what: string, sides: Readonly<Record<Side, ChildProcess>>, script: string): void {
  const names = Object.keys(sides) as Side[];
  for (const name of names) measure(name, ports[name], sides[name], script, warmUpSeconds);
  const costs = Array.from({ length: rounds }, () =>
    names.map((name) => {
      const cost = measure(`${what}, ${name}`.padEnd(18), ports[name], sides[name], script);
      process.stdout.write(`${cost.line}\n`);
      return cost.microseconds;
    }),
  );
  // What else the machine does only adds: the quietest round of each tells what it costs. What it does to both of a round alike, the
  // median of all rounds leaves out.
  const [floor = Number.NaN, ...ours] = names.map((_, index) =>
    Math.min(...costs.map((round) => round[index] ?? Number.NaN)),
  );
  const ratios = ours.map((cost, index) => {
    const inTurn = median(costs.map(([beside = Number.NaN, ...round]) => (round[index] ?? Number.NaN) / beside));
    return `${names[index + 1]} ${cost} µs, ${(cost / floor).toFixed(2)} × (median of rounds ${inTurn.toFixed(2)} ×)`;
  });
  process.stdout.write(`${what}: floor ${floor} µs, ${ratios.join(', ')}\n\n`);
}

const clock = () => performance.timeOrigin + performance.now();
const chunksPerStream = 300;
const streams = 10;

/** As upstreams tell it that are asked: the gateway does ask. */
const usage = { prompt_tokens: 9, completion_tokens: chunksPerStream, total_tokens: 9 + chunksPerStream };

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
        `data: ${JSON.stringify({ id: 'c', choices: [{ index: 0, delta: {}, finish_reason: 'stop' }], usage })}\n\ndata: [DONE]\n\n`,
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

/** Of each the quietest round, as above: a pause of the machine is nobody's delay. */
async function compareDelays(): Promise<void> {
  const sides = { 'without a gateway': ports.timed, decides: ports.decides, production: ports.production };
  const urls = Object.values(sides).map((port) => `http://127.0.0.1:${port}/v1/chat/completions`);
  for (const url of urls) await delays(url);
  const found: (readonly number[])[] = [];
  for (let round = 0; round < rounds; round++) {
    const measured: number[] = [];
    for (const url of urls) measured.push(p99(await delays(url)));
    found.push(measured);
  }
  const quietest = urls.map((_, index) => Math.min(...found.map((round) => round[index] ?? Number.NaN)));
  const [direct = Number.NaN] = quietest;
  const told = Object.keys(sides).map((name, index) => {
    const milliseconds = quietest[index] ?? Number.NaN;
    return `${name} ${milliseconds.toFixed(2)} ms${index === 0 ? '' : ` (${(milliseconds - direct).toFixed(2)} added)`}`;
  });
  process.stdout.write(`a chunk, p99: ${told.join(', ')}\n`);
}

const p99 = (numbers: readonly number[]) => quantile(numbers, 0.99);
const median = (numbers: readonly number[]) => quantile(numbers, 0.5);
const quantile = (numbers: readonly number[], part: number) =>
  numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length * part)] ?? Number.NaN;

try {
  start(join(tools, 'upstream.mjs'), [String(ports.upstream)]);
  // It finds Express and undici from where it stands.
  const beside = join(root, 'node_modules/.cache/llmpolicy-bench');
  mkdirSync(beside, { recursive: true });
  copyFileSync(join(tools, 'passthrough-express.mjs'), join(beside, 'floor.mjs'));
  const floor = start(join(beside, 'floor.mjs'), [String(ports.floor), `http://127.0.0.1:${ports.upstream}`]);
  const sides = { floor, decides: startGateway(settings.decides), production: startGateway(settings.production) };
  startTimed();
  await answers(`http://127.0.0.1:${ports.floor}/`);
  for (const { port } of Object.values(settings)) await answers(`http://127.0.0.1:${port}/healthz`);
  compare('whole', sides, 'chat.lua');
  compare('stream', sides, 'stream.lua');
  await compareDelays();
} finally {
  for (const child of running) child.kill();
}
process.exit();
