import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { openSqliteLedger } from '../../src/ledger/sqlite/ledger.ts';
import { commandFile, runCommand } from '../support/command.ts';
import { projectFolder } from '../support/project-folder.ts';
import { until } from '../support/until.ts';
import { type GatewayProcess, startGateway } from './gateway-process.ts';

const admin = { authorization: 'Bearer adm1n-token-of-the-workers' };
const config = (store: string) => `
version: 1
policy: main.llmpolicy
auth: { required: false, admin_token: adm1n-token-of-the-workers }
store: ${store}
providers: { sandbox: { kind: sandbox, region: eu } }
models:
  echo: { provider: sandbox, price_in: $1, price_out: $2, context_window: 32k }
  slow: { provider: sandbox, upstream: slow, price_in: $1, price_out: $2, context_window: 32k }
`;
const policy = (rules: string) => `edition 2026\npolicy "main"\n${rules}\nroutes { otherwise use requested }\n`;
const echo = { model: 'echo', messages: [{ role: 'user', content: 'hi' }] };
/** Each on a connection of its own: whichever worker takes it. */
const apart = { connection: 'close' };

async function startWorkers(rules: string, store = 'sqlite:.llmpolicy/gateway.db') {
  const folder = projectFolder({ 'gateway.config.yaml': config(store), 'main.llmpolicy': policy(rules) });
  const gateway = await startGateway(folder, commandFile, ['--workers', '2']);
  await gateway.says('2 workers serve');
  const pids = /processes (\d+), (\d+)/.exec(gateway.err())?.slice(1).map(Number) ?? [];
  return { ...gateway, folder, pids };
}

async function statuses({ post }: Pick<GatewayProcess, 'post'>, count: number, headers: Record<string, string> = {}) {
  const calls = Array.from({ length: count }, async () => {
    const response = await post(echo, { ...apart, ...headers });
    await response.text();
    return response.status;
  });
  return (await Promise.all(calls)).sort();
}

it.each(['sqlite:.llmpolicy/gateway.db', 'memory'])(
  'two workers on %s count together, show the sums of both, and refuse a revoked key within a second',
  async (store) => {
    const gateway = await startWorkers('limit few 12 req per ever for each caller.key', store);
    const served = (await statuses(gateway, 40)).filter((status) => status === 200);
    expect(served).toHaveLength(12);
    for (let turn = 0; turn < 4; turn++) {
      // A worker that is asked and does not answer at once is left out.
      const metrics = await until('the sums of both', async () => {
        const text = await (await fetch(`${gateway.url}/metrics`, { headers: apart })).text();
        const served = 'llmpolicy_requests_total{endpoint="chat",outcome="served",status="2xx"} 12\n';
        return text.includes(served) ? text : undefined;
      });
      expect(metrics).toContain('llmpolicy_requests_total{endpoint="chat",outcome="rejected",status="4xx"} 28\n');
      expect(metrics).toMatch(/^llmpolicy_policy_info\{.*\} 1$/m);
    }
    const made = await fetch(`${gateway.url}/admin/keys`, {
      method: 'POST',
      headers: { ...admin, ...apart },
      body: JSON.stringify({ name: 'dev' }),
    });
    const { key } = (await made.json()) as { readonly key: string };
    const withKey = { authorization: `Bearer ${key}` };
    expect(await statuses(gateway, 6, withKey)).toEqual([200, 200, 200, 200, 200, 200]);
    await fetch(`${gateway.url}/admin/keys/dev`, { method: 'DELETE', headers: { ...admin, ...apart } });
    await new Promise((resolve) => setTimeout(resolve, 1000));
    expect(new Set(await statuses(gateway, 8, withKey))).toEqual(new Set([401]));
  },
);

it('a changed policy reaches every worker, and one that died is replaced, its counts kept', async () => {
  const gateway = await startWorkers('limit few 3 req per ever');
  expect(await statuses(gateway, 4)).toEqual([200, 200, 200, 429]);
  process.kill(gateway.pids[1] ?? 0, 'SIGKILL');
  await gateway.says('worker 2 ended (SIGKILL): another one takes its place');
  await gateway.says('worker 2 serves: process');
  expect(new Set(await statuses(gateway, 8))).toEqual(new Set([429]));
  writeFileSync(join(gateway.folder, 'main.llmpolicy'), policy('limit few 5 req per ever\ntag changed = "yes"'));
  await until('both workers to have it', async () => {
    const digests = Array.from({ length: 8 }, async () => {
      const response = await gateway.post(echo, { ...apart, 'x-llmpolicy-dry-run': 'true' });
      return response.headers.get('x-llmpolicy-policy') ?? String(Reflect.get(Object(await response.json()), 'model'));
    });
    return (
      /policy swapped: (\S+)/.exec(gateway.err())?.[1] === [...new Set(await Promise.all(digests))].join() || undefined
    );
  });
  expect((await statuses(gateway, 10)).filter((status) => status === 200)).toHaveLength(2);
  // Said once, whatever the number of workers.
  expect(gateway.err().match(/policy swapped/g)).toHaveLength(1);
});

it('all workers let their requests end before they do, and the ledger has them', async () => {
  const gateway = await startWorkers('');
  const slow = Array.from({ length: 6 }, async () => {
    const response = await gateway.post({ ...echo, model: 'slow' }, apart);
    await response.text();
    return response.status;
  });
  await until('all to have begun', async () => {
    const ledger = await openSqliteLedger({ file: join(gateway.folder, '.llmpolicy/ledger.db') });
    const { entries } = await ledger.page({ filter: {}, since: 0, until: Date.now() + 1000, size: 10, after: null });
    await ledger.close();
    return entries.length === 6 || undefined;
  });
  gateway.process.kill('SIGTERM');
  expect(await Promise.all(slow)).toEqual([200, 200, 200, 200, 200, 200]);
  const { exitCode, out } = await gateway.ended;
  expect(exitCode).toBe(0);
  const lines = out
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
  expect(lines.map(({ outcome }) => outcome)).toEqual(Array.from({ length: 6 }, () => 'served'));
  const ledger = await openSqliteLedger({ file: join(gateway.folder, '.llmpolicy/ledger.db') });
  const { entries } = await ledger.page({ filter: {}, since: 0, until: Date.now() + 1000, size: 10, after: null });
  expect(entries.map(({ state }) => state)).toEqual(Array.from({ length: 6 }, () => 'served'));
  await ledger.close();
});

it('what keeps one worker from serving keeps all, and is said once', async () => {
  const folder = projectFolder({ 'gateway.config.yaml': config('memory'), 'main.llmpolicy': policy('') });
  const holder = await startGateway(folder);
  const { port } = new URL(holder.url);
  const { exitCode, err } = await runCommand(['serve', '--workers', '2', '--port', port], { cwd: folder });
  expect(exitCode).toBe(2);
  expect(err.match(/is taken/g)).toHaveLength(1);
  expect((await runCommand(['serve', '--workers', 'many'], { cwd: folder })).err).toContain('1 to 64');
});

it('what is pushed to one worker is served by all, and by one that takes another’s place', async () => {
  const gateway = await startWorkers('tag pushed = "no"');
  const pushed = await fetch(`${gateway.url}/admin/policy`, {
    method: 'PUT',
    headers: { ...admin, ...apart, 'content-type': 'text/plain' },
    body: policy('tag pushed = "yes"'),
  });
  const { digest } = (await pushed.json()) as { readonly digest: string };
  const digests = async () => {
    const asked = Array.from({ length: 8 }, async () => {
      const response = await gateway.post(echo, apart);
      await response.text();
      return response.headers.get('x-llmpolicy-policy');
    });
    return [...new Set(await Promise.all(asked))];
  };
  await until('both workers to serve it', async () => ((await digests()).join() === digest ? true : undefined));
  process.kill(gateway.pids[1] ?? 0, 'SIGKILL');
  await gateway.says('worker 2 serves: process');
  expect(await digests()).toEqual([digest]);
});
