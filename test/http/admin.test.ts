import { hash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { IssuedKey } from '../../src/gateway/administer-keys.ts';
import { systemClock } from '../../src/gateway/clock.ts';
import { noLedger } from '../../src/ledger/no-ledger.ts';
import { configOf, sandboxInventory } from '../gateway/sample-config.ts';
import { decisionFor, policyOf } from '../gateway/sample-decision.ts';
import { until } from '../support/until.ts';
import { runGateway } from './running-gateway.ts';

const token = 'adm1n-token-of-the-test';
const inventory = `${sandboxInventory}
attributes: { caller.tier: { type: enum, values: [free, gold], default: free } }
keys: [ { name: built-in, hash: "sha256:${hash('sha256', 'sk-built-in', 'hex')}" } ]
auth: { required: true, admin_token: ${token} }
`;
const echo = { model: 'echo', messages: [{ role: 'user', content: 'hello' }] };

async function openGateway(text = inventory, clock = systemClock) {
  const config = configOf(text);
  const policy = policyOf(() => decisionFor(config, ['echo']));
  const gateway = await runGateway(config, policy, '', noLedger, clock);
  const ask = (method: string, path: string, body?: unknown, authorization = `Bearer ${token}`) =>
    fetch(`${gateway.url}/admin${path}`, {
      method,
      headers: { authorization },
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
  const call = (key: string) => gateway.post(echo, { authorization: `Bearer ${key}` });
  return { ...gateway, ask, call };
}

describe('/admin/keys', () => {
  it('makes a key that calls, shows it never again, rotates and revokes it', async () => {
    const { ask, call, logText } = await openGateway();
    const made = await ask('POST', '/keys', { name: 'a/b c', attributes: { tier: 'gold' }, expires: '30d' });
    expect(made.status).toBe(201);
    expect(made.headers.get('cache-control')).toBe('no-store');
    const first = await issued(made);
    expect(first).toMatchObject({ name: 'a/b c', attributes: { tier: 'gold' }, state: 'active' });
    expect((await call(first.key)).status).toBe(200);

    const listed = await (await ask('GET', '/keys')).text();
    expect(JSON.parse(listed).keys).toMatchObject([{ name: 'built-in', source: 'config' }, { name: 'a/b c' }]);

    const second = await issued(await ask('POST', '/keys/a%2Fb%20c/rotate', { overlap: '1h' }));
    expect((await call(second.key)).status).toBe(200);
    expect((await call(first.key)).status).toBe(200);

    expect(await (await ask('DELETE', '/keys/a%2Fb%20c')).json()).toMatchObject({ state: 'revoked' });
    for (const { key } of [first, second]) {
      // A process may take a second until it has heard.
      const refused = await until('the key to be refused', async () => {
        const response = await call(key);
        return response.status === 401 ? response : undefined;
      });
      expect(await refused.json()).toMatchObject({
        error: { code: 'invalid_api_key', message: 'this API key was revoked' },
      });
      expect(listed + logText()).not.toContain(key);
    }
  });

  it.each([
    ['POST', '/keys', { name: 'x', attributes: { tier: 'glod' } }, 400, 'invalid_request', 'attributes'],
    ['POST', '/keys', { name: 'built-in' }, 409, 'key_exists', 'name'],
    ['POST', '/keys', { nam: 'x' }, 400, 'invalid_request', 'name'],
    ['POST', '/keys', { name: 'x', teem: 'y' }, 400, 'invalid_request', null],
    ['POST', '/keys', 'not JSON', 400, 'invalid_json', null],
    ['POST', '/keys', { name: 'x', attributes: { team: 'x'.repeat(100_000) } }, 413, 'request_too_large', null],
    ['DELETE', '/keys/none', undefined, 404, 'not_found', null],
    ['POST', '/keys/none/rotate', undefined, 404, 'not_found', null],
    ['DELETE', '/keys/built-in', undefined, 400, 'invalid_request', null],
    ['PUT', '/keys', undefined, 404, 'not_found', null],
    ['GET', '/nothing', undefined, 404, 'not_found', null],
  ])('answers %s %s with %j as JSON: %i %s', async (method, path, body, status, code, param) => {
    const { ask } = await openGateway();
    const response = await ask(method, path, body);
    expect(response.status).toBe(status);
    expect(await response.json()).toMatchObject({ error: { message: expect.any(String), code, param } });
  });

  it('says what is wrong with the store, and to callers only that it is away', async () => {
    const { ask, call, store, url } = await openGateway();
    const { key } = await issued(await ask('POST', '/keys', { name: 'dev' }));
    await store.close();
    const refused = await call(key);
    expect(refused.status).toBe(503);
    expect(refused.headers.get('retry-after')).toBe('1');
    const said = await refused.text();
    expect(JSON.parse(said)).toMatchObject({ error: { code: 'store_unavailable', type: 'server_error' } });
    expect(said).not.toContain('memory');
    const listed = await ask('GET', '/keys');
    expect(listed.status).toBe(503);
    expect(await listed.json()).toMatchObject({ error: { message: 'the store in memory was closed' } });
    expect((await call('sk-built-in')).status).toBe(200);

    const ready = await fetch(`${url}/readyz`);
    expect(ready.status).toBe(503);
    expect(await ready.json()).toMatchObject({ status: 'not ready', store: 'unreachable', ledger: 'writable' });
    expect(await (await ask('GET', '/health')).json()).toMatchObject({
      status: 'not ready',
      store: { reachable: false, why: 'the store in memory was closed' },
    });
    expect((await fetch(`${url}/healthz`)).status).toBe(200);
  });
});

describe('/admin', () => {
  it('is not there without a token', async () => {
    const { ask } = await openGateway(inventory.replace(`, admin_token: ${token}`, ''));
    const response = await ask('GET', '/keys', undefined, 'Bearer ');
    expect(response.status).toBe(404);
    expect(await response.json()).toMatchObject({ error: { code: 'not_found' } });
  });

  it.each(['', 'Bearer', 'Bearer ', `Basic ${token}`, `Bearer ${token}x`, 'Bearer sk-built-in'])(
    'lets nobody in who shows %j',
    async (authorization) => {
      const { ask } = await openGateway();
      const response = await ask('GET', '/keys', undefined, authorization);
      expect(response.status).toBe(401);
      expect(await response.json()).toMatchObject({ error: { code: 'invalid_admin_token' } });
    },
  );

  it('does not listen for a while to whoever shows wrong tokens, and reads no body before the token', async () => {
    const { ask } = await openGateway(inventory, stopped);
    for (let tries = 0; tries < 10; tries++) {
      expect((await ask('POST', '/keys', 'not JSON', 'Bearer wrong')).status).toBe(401);
    }
    const response = await ask('GET', '/keys');
    expect(response.status).toBe(429);
    expect(Number(response.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(await response.json()).toMatchObject({ error: { code: 'too_many_attempts' } });
  });

  it('finds out no token by trying it as a key: after ten unknown ones the right one is unknown too', async () => {
    const { call } = await openGateway(inventory, stopped);
    expect((await call(token)).status).toBe(401);
    const said = await Promise.all(Array.from({ length: 12 }, async () => (await call('wrong')).text()));
    expect(await (await call(token)).text()).toBe(said[0]);
    expect((await call('sk-built-in')).status).toBe(200);
  });

  it('says what runs', async () => {
    const inForce = { name: 'sample', digest: 'sha256:sample', origin: 'file', differ: false, problem: null };
    const { ask } = await openGateway();
    const standing = { provider: 'sandbox', up: true, circuit: 'off', failuresInARow: 0, latencyMs: null };
    expect(await (await ask('GET', '/health')).json()).toEqual({
      status: 'ready',
      version: '0.0.0',
      uptimeSeconds: expect.any(Number),
      requests: { running: 0, waiting: 0 },
      policy: inForce,
      policies: [inForce],
      store: { reachable: true },
      ledger: { writable: true },
      models: ['echo', 'broken', 'busy', 'cut', 'mute', 'noise'].map((model) => {
        return { model, ...standing, restsMs: null, keysRest: false };
      }),
    });
  });
});

describe('/readyz', () => {
  it('says that requests can come', async () => {
    const { url } = await openGateway();
    const response = await fetch(`${url}/readyz`);
    expect(response.status).toBe(200);
    expect(await response.json()).toEqual({
      status: 'ready',
      store: 'reachable',
      ledger: 'writable',
      policies: [{ name: 'sample', digest: 'sha256:sample', origin: 'file', differ: false, behind: false }],
    });
  });
});

/** Wrong attempts are forgiven after a while, which does not pass here. */
const stopped = { ...systemClock, now: () => 1000 };

async function issued(response: Response): Promise<IssuedKey> {
  return (await response.json()) as IssuedKey;
}
