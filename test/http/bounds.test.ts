import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { request as askSecurely } from 'node:https';
import { connect } from 'node:net';
import express from 'express';
import { describe, expect, it } from 'vitest';
import { systemClock } from '../../src/gateway/clock.ts';
import { startServer } from '../../src/http/server.ts';
import { noLedger } from '../../src/ledger/no-ledger.ts';
import { configOf, sandboxInventory } from '../gateway/sample-config.ts';
import { decisionFor, policyOf } from '../gateway/sample-decision.ts';
import { scriptUpstream } from '../providers/scripted-upstream.ts';
import { sayRaw } from '../support/raw-http.ts';
import { until } from '../support/until.ts';
import { runGateway } from './running-gateway.ts';

const messages = [{ role: 'user' as const, content: 'hi' }];

function openGateway(server: string, plan = ['echo'], more = '', clock = systemClock) {
  const config = configOf(`${sandboxInventory}\nserver: ${server}\n${more}`);
  const policy = policyOf(() => decisionFor(config, plan));
  return runGateway(config, policy, '', noLedger, clock);
}

describe('more requests than are served at once', () => {
  it('wait their turn, and beyond those that wait are refused in the shape of the API, at once and with a time to come back', async () => {
    const { url, post, gate, client } = await openGateway('{ max_concurrency: 1, max_queue: 1 }', ['mute']);
    const leaving = new AbortController();
    const ask = (signal: AbortSignal) =>
      fetch(`${url}/v1/chat/completions`, { method: 'POST', body: JSON.stringify({ model: 'x', messages }), signal });
    const first = ask(leaving.signal).catch(() => undefined);
    await until('a request to run', () => gate.running === 1 || undefined);
    const second = ask(leaving.signal).catch(() => undefined);
    await until('a request to wait', () => gate.waiting === 1 || undefined);
    const third = await post({ model: 'x', messages });
    expect([third.status, third.headers.get('retry-after')]).toEqual([429, '1']);
    expect(await third.json()).toMatchObject({ error: { code: 'gateway_busy', type: 'rate_limit_error' } });
    const anthropic = await fetch(`${url}/v1/messages`, { method: 'POST', body: '{}' });
    expect(await anthropic.json()).toMatchObject({ type: 'error', error: { type: 'rate_limit_error' } });
    await expect(client.chat.completions.create({ model: 'x', messages })).rejects.toMatchObject({ status: 429 });
    expect((await fetch(`${url}/healthz`)).status).toBe(200);
    leaving.abort();
    await Promise.all([first, second]);
    await until('the gate to be empty', () => (gate.running === 0 && gate.waiting === 0) || undefined);
  });

  it('are served when there is room again', async () => {
    const { post } = await openGateway('{ max_concurrency: 2, max_queue: 50 }');
    const answers = await Promise.all(Array.from({ length: 40 }, () => post({ model: 'x', messages })));
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
  });
});

describe('a request that does not come as it should', () => {
  const head = 'POST /v1/messages HTTP/1.1\r\nhost: a\r\n';

  it('is refused where its head or its body is too slow, in the shape of the API', async () => {
    const { url } = await openGateway('{ header_timeout: 200ms, body_timeout: 200ms }');
    const slow = await sayRaw(url, head);
    expect([slow.status, JSON.parse(slow.body).error.code]).toEqual([408, 'request_timeout']);
    const half = await sayRaw(url, `${head}content-length: 100\r\n\r\n{"a":`);
    expect([half.status, JSON.parse(half.body).error.code]).toEqual([408, 'request_timeout']);
  });

  it('is refused where its head is too large, and where it is no HTTP, in the shape of the API', async () => {
    const { url } = await openGateway('{ max_header: 2kB }');
    const large = await sayRaw(url, `${head}x-pad: ${'x'.repeat(3000)}\r\n\r\n`);
    expect([large.status, JSON.parse(large.body).error.code]).toEqual([431, 'headers_too_large']);
    const wrong = await sayRaw(url, 'POST /v1/messages HTTP/9.9\r\n\r\n');
    expect([wrong.status, JSON.parse(wrong.body)]).toMatchObject([
      400,
      { type: 'error', error: { code: 'invalid_request' } },
    ]);
    const other = await sayRaw(url, 'SSH-2.0-OpenSSH_9.2\r\n');
    expect([other.status, JSON.parse(other.body)]).toMatchObject([
      400,
      { error: { type: 'invalid_request_error', param: null } },
    ]);
    const tunnel = await sayRaw(url, 'CONNECT example.org:443 HTTP/1.1\r\nhost: a\r\n\r\n');
    expect(tunnel.status).toBe(400);
  });

  it('does not spoil an answer that is already on its way', async () => {
    const upstream = await scriptUpstream((response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.write('data: {"choices":[{"delta":{"content":"begun"}}]}\n\n');
    });
    const config = configOf(`
providers: { own: { kind: openai-compatible, base_url: "${upstream.baseUrl}", region: eu } }
models: { own: { provider: own, price: free, context_window: 32k } }
`);
    const { url } = await runGateway(
      config,
      policyOf(() => decisionFor(config, ['own'])),
    );
    const body = JSON.stringify({ model: 'x', messages, stream: true });
    const { port } = new URL(url);
    const socket = connect(Number(port), '127.0.0.1');
    let heard = '';
    socket.on('data', (data: Buffer) => (heard += data.toString()));
    socket.write(`POST /v1/chat/completions HTTP/1.1\r\nhost: a\r\ncontent-length: ${body.length}\r\n\r\n${body}`);
    await until('the stream to begin', () => heard.includes('begun') || undefined);
    socket.write('no HTTP at all\r\n\r\n');
    await once(socket, 'close');
    expect(heard).not.toContain('invalid_request');
  });
});

describe('addresses behind a proxy', () => {
  const admin = 'auth: { required: false, admin_token: the-token-of-admins }';
  const wrong = async (url: string, address: string) => {
    const headers = { authorization: 'Bearer wrong', 'x-forwarded-for': address };
    return (await fetch(`${url}/admin/health`, { headers })).status;
  };
  /** Wrong attempts are forgiven after a while, which does not pass here. */
  const stopped = { ...systemClock, now: () => 1000 };
  const statuses = async (server: string) => {
    const { url } = await openGateway(server, ['echo'], `\n${admin}`, stopped);
    for (let attempt = 0; attempt < 10; attempt++) await wrong(url, '203.0.113.1');
    return [await wrong(url, '203.0.113.1'), await wrong(url, '203.0.113.2')];
  };

  it('are believed of those that the config trusts, and of nobody else', async () => {
    expect(await statuses('{ trust_proxy: [127.0.0.0/8] }')).toEqual([429, 401]);
    expect(await statuses('{ trust_proxy: [10.0.0.0/8] }')).toEqual([429, 429]);
  });
});

describe('a server with a certificate', () => {
  const pairOf = (name: string) => ({
    cert: readFileSync(new URL(`../support/tls/${name}-cert.pem`, import.meta.url)),
    key: readFileSync(new URL(`../support/tls/${name}-key.pem`, import.meta.url)),
  });
  const ask = (url: string, ca: Buffer): Promise<number | undefined> =>
    new Promise((resolve, reject) => {
      askSecurely(url, { ca, agent: false }, (response) => {
        response.resume();
        resolve(response.statusCode);
      })
        .on('error', reject)
        .end();
    });

  it('speaks TLS, and takes another pair for connections from then on', async () => {
    const [first, second] = [pairOf('first'), pairOf('second')];
    const bounds = { keepAliveMs: 60_000, headerTimeoutMs: 60_000, bodyTimeoutMs: 60_000, maxHeaderBytes: 8000 };
    const app = express().use((_request, response) => void response.send('well'));
    const server = await startServer(app, { host: '127.0.0.1', port: 0, tls: first, ...bounds });
    expect(server.url).toMatch(/^https:/);
    expect(await ask(server.url, first.cert)).toBe(200);
    server.replaceTls(second);
    expect(await ask(server.url, second.cert)).toBe(200);
    await expect(ask(server.url, first.cert)).rejects.toThrow(/certificate/);
    expect(() => server.replaceTls({ cert: first.cert, key: Buffer.from('no key') })).toThrow();
    await server.close(0);
  });
});
