import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { createClient } from 'redis';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createStore } from '../../src/assemble-store.ts';
import type { PolicyVersion } from '../../src/stores/policy-store.ts';
import type { Store } from '../../src/stores/store.ts';
import { projectFolder } from '../support/project-folder.ts';
import { hasRedis, startRedis } from '../support/redis-server.ts';
import { startRestBridge } from '../support/rest-bridge.ts';
import { until } from '../support/until.ts';
import { type Answered, type PushedGateway, pushedConfig, startPushed, stopped, using } from './pushed-policies.ts';

const text = 'text/plain';
const storeFile = (folder: string) => join(folder, '.llmpolicy', 'gateway.db');

/** Puts a version in force as a gateway does that dies before it swaps. */
async function acceptElsewhere(store: Store, content: string, digest: string): Promise<void> {
  const version: PolicyVersion = {
    id: randomUUID(),
    policy: 'otherwise',
    name: 'main',
    digest,
    origin: 'push',
    by: 'elsewhere',
    message: null,
    at: Date.now(),
    bytes: content.length,
    restores: null,
  };
  await store.policies.change({ kind: 'serve', version, content });
}

const contentOf = (policy: string) => JSON.stringify({ entry: 'main.llmpolicy', files: { 'main.llmpolicy': policy } });

async function openStoreOf(folder: string): Promise<Store> {
  const store = await createStore({ url: `sqlite:${storeFile(folder)}` });
  onTestFinished(() => store.close());
  return store;
}

const standing = async ({ admin }: PushedGateway) => (await admin('GET', 'health')).body.policy;

describe.skipIf(!hasRedis)('gateways on one Redis', () => {
  it('serve what is pushed to one of them, or say why they cannot', async () => {
    const redis = await startRedis();
    onTestFinished(() => redis.stop());
    const bridge = await startRestBridge(redis.url);
    onTestFinished(() => bridge.stop());
    const upstash = `store: { url: "upstash:${bridge.url}", token: ${bridge.token} }`;
    const folderOf = (store: string, models: string[]) =>
      projectFolder({
        'gateway.config.yaml': pushedConfig(`policy: main.llmpolicy\n${store}`, models),
        'main.llmpolicy': using('one'),
      });
    const [a, b, c] = await Promise.all([
      startPushed({}, folderOf(`store: ${redis.url}`, ['one', 'two'])),
      startPushed({}, folderOf(upstash, ['one', 'two'])),
      startPushed({}, folderOf(`store: ${redis.url}`, ['one'])),
    ]);
    const [atFirst, before] = [await a.served(), await c.served()];
    // Asked again where the store did not answer in time, which a machine that stands still keeps it from.
    const accepted = (what: string, ask: () => Promise<Answered>) =>
      until(what, async () => {
        const { status, body } = await ask();
        return status === 503 ? undefined : body;
      });
    const pushed = await accepted('the push', () => a.admin('PUT', 'policy?by=ada', using('two'), text));
    expect(pushed.outcome).toBe('swapped');
    await b.converges(pushed.digest);
    expect((await b.admin('GET', 'policy')).body).toMatchObject({ origin: 'push', by: 'ada' });
    await c.says('policy not swapped');
    expect(await c.served()).toEqual(before);
    const problem = expect.stringContaining('cannot be served here: unknown-model at policy.llmpolicy:3:24');
    expect(await standing(c)).toMatchObject({ digest: before.digest, origin: 'file', differ: true, problem });
    expect(await (await fetch(`${c.url}/readyz`)).json()).toMatchObject({ policies: [{ behind: true, differ: true }] });
    expect(await (await fetch(`${c.url}/metrics`)).text()).toContain('llmpolicy_policy_behind{policy="main"} 1');
    await until('the log to say so', () => (c.out().includes('"msg":"policy"') ? true : undefined));
    // Going back makes all of them agree.
    await accepted('the way back', () => b.admin('POST', 'policy/rollback'));
    await a.converges(atFirst.digest);
    await until('the third to be at ease', async () => ((await standing(c)).problem === null ? true : undefined));
    // The same text, though its digest is another one over another catalogue.
    expect(await standing(c)).toMatchObject({ digest: before.digest, origin: 'rollback', differ: false });
  });
});

describe('what a store keeps of policies', () => {
  it('is taken up when its writer died before it swapped, then and after a restart', async () => {
    const first = await startPushed({
      'gateway.config.yaml': pushedConfig('policy: main.llmpolicy\npolicy_source: store'),
      'main.llmpolicy': using('one'),
    });
    const store = await openStoreOf(first.folder);
    await acceptElsewhere(store, contentOf(using('two')), 'sha256:two');
    await until('the other version', async () => ((await first.served()).model === 'two' ? true : undefined));
    expect((await first.admin('GET', 'policy')).body.by).toBe('elsewhere');
    first.process.kill('SIGKILL');
    await first.ended;
    await acceptElsewhere(store, contentOf(using('three')), 'sha256:three');
    const second = await startPushed({}, first.folder);
    expect((await second.served()).model).toBe('three');
  });

  it('is refused by name where it is garbage, while the version in force goes on', async () => {
    const gateway = await startPushed({ 'main.llmpolicy': using('one') });
    const before = await gateway.served();
    const store = await openStoreOf(gateway.folder);
    await acceptElsewhere(store, '{"entry":"main.llmpolicy","files":', 'sha256:garbage');
    await gateway.says('what the store keeps as sha256:garbage is damaged: it is no text of a policy');
    expect(await standing(gateway)).toMatchObject({
      digest: before.digest,
      problem: expect.stringContaining('damaged'),
    });
    const refused = await gateway.admin('POST', 'policy/rollback', { digest: 'sha256:garbage' });
    expect(refused.status).toBe(400);
    const pushed = (await gateway.admin('PUT', 'policy', using('two'), text)).body;
    expect(await gateway.served()).toEqual({ digest: pushed.digest, model: 'two' });
    expect(await standing(gateway)).toMatchObject({ problem: null });
    const database = new DatabaseSync(storeFile(gateway.folder));
    onTestFinished(() => database.close());
    database.exec(`update records set row = 'gar' where kind = 'policies'`);
    database.exec(`update records set row = row + 1 where kind = 'version' and id = 'policies'`);
    await gateway.says(
      'policies of the store cannot be followed: the store keeps an index of policies that is damaged',
    );
    expect((await gateway.admin('PUT', 'policy', using('three'), text)).status).toBe(503);
    expect((await gateway.served()).digest).toBe(pushed.digest);
  });

  it('does not start a gateway for which it is the truth, where it cannot be served', async () => {
    const first = await startPushed({
      'gateway.config.yaml': pushedConfig('policy: main.llmpolicy\npolicy_source: store'),
      'main.llmpolicy': using('one'),
    });
    await acceptElsewhere(await openStoreOf(first.folder), 'garbage', 'sha256:garbage');
    await stopped(first);
    await expect(startPushed({}, first.folder)).rejects.toThrow(
      'what the store keeps as sha256:garbage is damaged: it is no text of a policy; `policy_source: file` in the config would serve main.llmpolicy',
    );
  });

  it.skipIf(!hasRedis)('is refused by name in Redis too', async () => {
    const redis = await startRedis();
    onTestFinished(() => redis.stop());
    const gateway = await startPushed({
      'gateway.config.yaml': pushedConfig(`policy: main.llmpolicy\nstore: ${redis.url}`),
      'main.llmpolicy': using('one'),
    });
    const client = await createClient({ url: redis.url }).connect();
    onTestFinished(() => client.destroy());
    await client.hSet('{llmpolicy}:policies', 'index', '[1,');
    await client.hIncrBy('{llmpolicy}:policies', 'version', 1);
    await gateway.says('keeps an index of policies that is damaged');
    expect((await gateway.admin('PUT', 'policy', using('two'), text)).status).toBe(503);
    expect((await gateway.served()).model).toBe('one');
  });
});
