// How long event loops stand still while everything happens at once: `npm run bench:stall [SECONDS]`. Four gateways on one SQLite store and
// ledger answer a paced load, usage is asked for over /admin and by the command, and a ledger full of old entries is cleared away. Beside
// them stands a process that does nothing: what its loop shows is the machine's doing.
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { createStore } from '../../src/assemble-store.ts';
import { openSqliteLedger } from '../../src/ledger/sqlite/ledger.ts';
import { hourMs, hourOf } from '../../src/stores/query-sums.ts';
import { commandFile } from '../support/command.ts';
import { sampleEntry } from '../support/sample-entry.ts';

const seconds = Number(process.argv[2] ?? 15);
const gateways = 4;
const callersEach = 8;
const thinkMs = 25;
const askEveryMs = 250;
const oldEntries = 30_000;
const hours = 720;
const keys = 50;

const idle = `setInterval(() => undefined, 1000); process.once('SIGTERM', () => process.exit(0));`;
const folder = mkdtempSync(join(tmpdir(), 'llmpolicy-stall-'));
const admin = { authorization: 'Bearer stall-admin' };
const body = JSON.stringify({ model: 'echo', messages: [{ role: 'user', content: 'How long do you stand still?' }] });

writeFileSync(
  join(folder, 'gateway.config.yaml'),
  `version: 1
server: { port: 0 }
policy: main.llmpolicy
auth: { required: false, admin_token: stall-admin }
ledger: { url: "sqlite:.llmpolicy/ledger.db", keep: 1d }
providers: { sandbox: { kind: sandbox, region: eu } }
models: { echo: { provider: sandbox, price_in: $1, price_out: $2, context_window: 32k } }
`,
);
writeFileSync(
  join(folder, 'main.llmpolicy'),
  'edition 2026\npolicy "stall"\nroutes { otherwise use echo }\nbudget all $1000 per month\nlimit rpm 1M req per min\n',
);

/** A month of sums, and entries that are to be cleared away. */
async function fill(): Promise<void> {
  mkdirSync(join(folder, '.llmpolicy'));
  const store = await createStore({ url: 'sqlite:.llmpolicy/gateway.db' }, folder);
  const now = Date.now();
  const sums = { requests: 9, inputTokens: 900, outputTokens: 300, cachedTokens: 0, cost: 1_500_000, saved: 0 };
  const rows = Array.from({ length: keys }, (_, key) => ({ labels: { key: `k${key}`, team: `t${key % 5}` }, sums }));
  for (let hour = 1; hour <= hours; hour++) {
    await store.sums.add({ id: `filled-${hour}`, now, hour: hourOf(now) - hour * hourMs, rows });
  }
  await store.close();
  const ledger = await openSqliteLedger({ file: join(folder, '.llmpolicy/ledger.db') });
  const facts = Object.fromEntries(Array.from({ length: 25 }, (_, fact) => [`request.fact_${fact}`, `value ${fact}`]));
  const startedAt = now - 10 * 24 * hourMs;
  for (let step = 0; step < oldEntries; step += 1000) {
    const entries = Array.from({ length: 1000 }, () => sampleEntry({ startedAt, facts, state: 'served' }));
    await Promise.all(entries.map((entry) => ledger.begin(entry)));
  }
  await ledger.close();
}

function startProbed(name: string, words: readonly string[]): ChildProcess {
  const probe = ['--import', new URL('./loop-probe.ts', import.meta.url).href];
  return spawn(process.execPath, [...probe, ...words], {
    cwd: folder,
    env: { ...process.env, LOOP_PROBE: join(folder, `${name}.json`) },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
}

function addressOf({ stderr }: ChildProcess): Promise<string> {
  let said = '';
  return new Promise((resolve, reject) => {
    stderr?.on('data', (text) => {
      said += text;
      const found = /on (http:\/\/\S+)/.exec(said)?.[1];
      if (found !== undefined) resolve(found);
    });
    stderr?.once('end', () => reject(new Error(`a gateway did not start: ${said}`)));
  });
}

await fill();
const processes = Array.from({ length: gateways }, (_, at) => startProbed(`gateway ${at + 1}`, [commandFile, 'serve']));
const urls = await Promise.all(processes.map(addressOf));
processes.push(startProbed('idle process', ['--eval', idle]));
await sleep(500);
const end = performance.now() + seconds * 1000;
let answered = 0;
let asked = 0;

async function caller(url: string): Promise<void> {
  while (performance.now() < end) {
    const response = await fetch(`${url}/v1/chat/completions`, { method: 'POST', body });
    await response.arrayBuffer();
    if (response.ok) answered++;
    await sleep(thinkMs);
  }
}

async function asker(url: string): Promise<void> {
  while (performance.now() < end) {
    for (const query of ['usage?by=key&since=30d', 'usage?by=team&since=30d', 'requests?size=200']) {
      await (await fetch(`${url}/admin/${query}`, { headers: admin })).arrayBuffer();
      asked++;
    }
    await sleep(askEveryMs);
  }
}

/** What it takes to start and to connect is not what is measured. */
await Promise.all(urls.map((url) => fetch(`${url}/v1/chat/completions`, { method: 'POST', body })));
for (const child of processes) child.kill('SIGUSR2');
await Promise.all([
  ...urls.flatMap((url) => Array.from({ length: callersEach }, () => caller(url))),
  ...urls.map(asker),
  new Promise((done) => execFile(process.execPath, [commandFile, 'usage', '--by', 'key'], { cwd: folder }, done)),
]);
const ledger = await openSqliteLedger({ file: join(folder, '.llmpolicy/ledger.db') });
const { entries: left } = await ledger.page({
  filter: {},
  since: 0,
  until: Date.now() - 9 * 24 * hourMs,
  size: 1,
  after: null,
});
await ledger.close();
for (const child of processes) child.kill('SIGTERM');
await Promise.all(processes.map((child) => (child.exitCode === null ? once(child, 'exit') : undefined)));

const names = [...urls.map((_, at) => `gateway ${at + 1}`), 'idle process'];
const lines = names.map((name) => {
  const { wall, own } = JSON.parse(readFileSync(join(folder, `${name}.json`), 'utf8'));
  const columns: readonly number[] = [wall.p99, wall.most, own.p99, own.most];
  return `${name.padEnd(14)}${columns.map((ms) => `${ms.toFixed(1)} ms`.padStart(12)).join('')}`;
});
rmSync(folder, { recursive: true });
process.stdout.write(
  `${Math.round(answered / seconds)} requests/s, ${asked} questions about usage and requests, old entries ${left.length === 0 ? 'all cleared away' : 'being cleared away'}\n` +
    `${'stood still'.padEnd(14)}${['p99', 'at most', 'by its own', 'at most'].map((title) => title.padStart(12)).join('')}\n${lines.join('\n')}\n`,
);
