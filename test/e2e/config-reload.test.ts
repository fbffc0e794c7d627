import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { connect, createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { answerJson, completion, scriptUpstream } from '../providers/scripted-upstream.ts';
import { projectFolder } from '../support/project-folder.ts';
import { until } from '../support/until.ts';
import { adminToken, pushedConfig, startPushed, using } from './pushed-policies.ts';

const name = 'gateway.config.yaml';

/** An upstream that answers when it is told to, or at once, and knows the connections that were made to it. */
async function heldUpstream() {
  const release = Promise.withResolvers<void>();
  const called = Promise.withResolvers<void>();
  const { baseUrl } = await scriptUpstream(async (response, { body }) => {
    called.resolve();
    if (body.includes('held')) await release.promise;
    answerJson(response, 200, completion);
  });
  // Between gateway and upstream, to see connections come and go.
  const target = Number(new URL(baseUrl).port);
  const open = new Set<Socket>();
  let made = 0;
  const relay = createServer((socket) => {
    made += 1;
    open.add(socket);
    const onward = connect(target, '127.0.0.1');
    socket.pipe(onward).pipe(socket);
    for (const end of [socket, onward]) {
      end
        .on('error', () => undefined)
        .on('close', () => {
          open.delete(socket);
          socket.destroy();
          onward.destroy();
        });
    }
  }).listen(0, '127.0.0.1');
  await once(relay, 'listening');
  onTestFinished(() => {
    for (const socket of open) socket.destroy();
    relay.close();
  });
  const address = relay.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return {
    baseUrl: `http://127.0.0.1:${port}/v1`,
    called: called.promise,
    release: release.resolve,
    made: () => made,
    open: () => open.size,
  };
}

function configFor(baseUrl: string, apiKey: string, more = ''): string {
  return `version: 1
policy: main.llmpolicy
auth: { required: false, admin_token: ${adminToken} }
providers: { remote: { kind: openai-compatible, base_url: "${baseUrl}", api_key: ${apiKey} } }
models: { one: { provider: remote, upstream: up-one, price: free, context_window: 32k } }
${more}
`;
}

describe('a config that changes while it is served', () => {
  it('is taken up whole: models, keys, attributes; and refused whole, while the one before goes on', async () => {
    const gateway = await startPushed({ 'main.llmpolicy': using('one') });
    const write = (text: string, file = name) => writeFileSync(join(gateway.folder, file), text);
    const { served, says, err } = gateway;
    expect((await served()).model).toBe('one');

    write(pushedConfig('policy: main.llmpolicy', ['two', 'three']));
    await says('config not swapped: the policies have errors with it');
    expect(err()).toContain('error[unknown-model]');
    write('version: 1\nmodells: {}\n');
    await says('error[config-unknown-key]');
    await says('config not swapped: the one before goes on serving');
    expect((await served()).model).toBe('one');

    // The policy that needs the new model comes first, and with the config it is right.
    write(using('four'), 'main.llmpolicy');
    await says('policy not swapped');
    const attribute = 'attributes: { caller.tier: { type: enum, values: [free, gold], required: true } }';
    write(pushedConfig(`policy: main.llmpolicy\n${attribute}`, ['four']));
    await says('config swapped');
    const models = await (await fetch(`${gateway.url}/v1/models`)).json();
    expect(models).toMatchObject({ data: [{ id: 'four' }] });
    const keyless = await gateway.post({ model: 'x', messages: [{ role: 'user', content: 'x' }] });
    expect(await keyless.json()).toMatchObject({ error: { code: 'missing_attribute' } });
    const made = await gateway.admin('POST', 'keys', { name: 'dev', attributes: { tier: 'gold' } });
    expect(made.status).toBe(201);
    expect((await served({ authorization: `Bearer ${made.body.key}` })).model).toBe('four');
  });

  it('says what it takes up only after a restart, and does not open the gateway to a network', async () => {
    const closed = pushedConfig().replace('required: false', 'required: true');
    const folder = projectFolder({ [name]: `${closed}server: { host: 0.0.0.0 }\n`, 'main.llmpolicy': using('one') });
    const { says, err, process } = await startPushed({}, folder);
    const write = (text: string) => writeFileSync(join(folder, name), text);
    write(`${pushedConfig()}server: { host: 127.0.0.1 }\n`);
    await says('config not swapped: the gateway listens on 0.0.0.0');
    write(`${closed}server: { port: 1 }\nledger: off\ncurrency: EUR\n`);
    await says('another `currency` needs a restart');
    write(`${closed}server: { port: 1 }\nledger: off\n`);
    await says('only after a restart: `server`, `ledger`');
    process.kill('SIGHUP');
    await says('policy unchanged');
    expect(err().match(/config swapped/g)).toHaveLength(1);
  });

  it('keeps the connections of providers that are as they were; those that are not end with their last request', async () => {
    const upstream = await heldUpstream();
    const folder = projectFolder({
      [name]: configFor(upstream.baseUrl, 'first-secret'),
      'main.llmpolicy': using('one'),
    });
    const gateway = await startPushed({}, folder);
    await gateway.served();
    expect([upstream.made(), upstream.open()]).toEqual([1, 1]);
    writeFileSync(join(folder, name), configFor(upstream.baseUrl, 'first-secret', 'estimates: { output_tokens: 10 }'));
    await gateway.says('config swapped');
    await gateway.served();
    expect([upstream.made(), upstream.open()]).toEqual([1, 1]);

    const inFlight = gateway.post({ model: 'any', messages: [{ role: 'user', content: 'held' }] });
    await upstream.called;
    writeFileSync(join(folder, name), configFor(upstream.baseUrl, 'second-secret'));
    await until('the second swap', () => (gateway.err().match(/config swapped/g)?.length === 2 ? true : undefined));
    await gateway.served();
    expect([upstream.made(), upstream.open()]).toEqual([2, 2]);
    upstream.release();
    expect((await inFlight).status).toBe(200);
    await until('the first connection to end', () => (upstream.open() === 1 ? true : undefined));
    expect((await gateway.served()).model).toBe('one');
    expect(upstream.made()).toBe(2);
  });
});
