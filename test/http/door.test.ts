import { hash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { Facts } from '../../src/decide/facts.ts';
import { configOf, sandboxInventory } from '../gateway/sample-config.ts';
import { decisionFor, policyOf } from '../gateway/sample-decision.ts';
import { runGateway } from './running-gateway.ts';

const messages = [{ role: 'user' as const, content: 'hello' }];
const echo = { model: 'echo', messages };

async function openGateway(more = '', seen: Facts[] = []) {
  const config = configOf(`${sandboxInventory}${more}`);
  const decide = (facts: Facts) => {
    seen.push(facts);
    return decisionFor(config, ['echo'], { removed: [{ model: 'broken', rule: 'hush', because: null }] });
  };
  return runGateway(config, policyOf(decide));
}

describe('a body', () => {
  it.each([
    ['that is not JSON', 'hello', 400, 'invalid_json', null],
    ['that is empty', '', 400, 'invalid_request', 'model'],
    ['that is no object', '[1]', 400, 'invalid_request', null],
    ['that is a bare value', '"hello"', 400, 'invalid_request', null],
    ['without a model', { messages }, 400, 'invalid_request', 'model'],
    ['whose model is no text', { model: 5, messages }, 400, 'invalid_request', 'model'],
    ['without messages', { model: 'echo' }, 400, 'invalid_request', 'messages'],
    ['with no message', { model: 'echo', messages: [] }, 400, 'invalid_request', 'messages'],
    ['with a message that is none', { model: 'echo', messages: ['hello'] }, 400, 'invalid_request', 'messages'],
    ['that is too large', { ...echo, padding: 'x'.repeat(3000) }, 413, 'request_too_large', null],
  ])('%s is refused in OpenAI’s words', async (_what, body, status, code, param) => {
    const gateway = await openGateway('server: { max_body: 2kB }\n');
    const response = await gateway.post(body);
    expect(response.status).toBe(status);
    const error = { message: expect.any(String), type: 'invalid_request_error', param, code };
    expect(await response.json()).toEqual({ error });
  });

  it('is read as JSON whatever its type says', async () => {
    const gateway = await openGateway();
    const response = await gateway.post(echo, { 'content-type': 'application/x-www-form-urlencoded' });
    expect(response.status).toBe(200);
  });
});

describe('an attribute', () => {
  const declared = `
attributes:
  request.region: { type: enum, values: [eu, us], default: eu, from: ["header x-region", "metadata region"] }
`;

  it('is a fact of the decision', async () => {
    const seen: Facts[] = [];
    const gateway = await openGateway(declared, seen);
    await gateway.post(echo, { 'x-region': 'us' });
    await gateway.post({ ...echo, metadata: { region: 'us' } });
    expect(seen.map((facts) => facts.get('request.region'))).toEqual(['us', 'us']);
  });

  it('with a wrong value is refused before anything is decided', async () => {
    const seen: Facts[] = [];
    const gateway = await openGateway(declared, seen);
    const response = await gateway.post(echo, { 'x-region': 'mars' });
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ error: { code: 'invalid_attribute', param: 'request.region' } });
    expect(seen).toEqual([]);
  });
});

describe('a virtual key', () => {
  const keys = `
auth: { required: true, admin_token: adm1n }
keys:
  - { name: dev, hash: "sha256:${hash('sha256', 'sk-dev', 'hex')}", team: a }
  - { name: lead, hash: "sha256:${hash('sha256', 'sk-lead', 'hex')}", debug: true }
`;
  const dryRun = { 'x-llmpolicy-dry-run': 'true' };
  const bearer = (key: string) => ({ authorization: `Bearer ${key}` });

  it.each([[bearer('sk-dev')], [{ 'x-api-key': 'sk-dev' }]])('is presented as %o', async (headers) => {
    const seen: Facts[] = [];
    const gateway = await openGateway(keys, seen);
    expect((await gateway.post(echo, headers)).status).toBe(200);
    expect(seen[0]?.get('caller.team')).toBe('a');
  });

  it.each([[{}], [bearer('sk-other')], [{ authorization: 'Basic ZGV2' }]])('is missed in %o', async (headers) => {
    const gateway = await openGateway(keys);
    const response = await gateway.post(echo, headers);
    expect(response.status).toBe(401);
    expect(await response.json()).toMatchObject({ error: { code: 'invalid_api_key', type: 'authentication_error' } });
  });

  it('is asked for before the body is read', async () => {
    const gateway = await openGateway(keys);
    expect((await gateway.post('not JSON')).status).toBe(401);
  });

  it('sees route and models in a dry run, and no rules', async () => {
    const gateway = await openGateway(keys);
    const response = await gateway.post(echo, { ...bearer('sk-dev'), ...dryRun });
    expect(await response.json()).toEqual({
      policy: { name: 'sample', digest: 'sha256:sample' },
      outcome: 'plan',
      route: 'main',
      attempts: [{ model: 'echo' }],
      reject: null,
    });
    expect(response.headers.get('x-llmpolicy-attempts')).toBe('0');
  });

  it.each(['sk-lead', 'adm1n'])('may see the whole decision: %s', async (key) => {
    const gateway = await openGateway(keys);
    const response = await gateway.post(echo, { ...bearer(key), ...dryRun });
    expect(await response.json()).toMatchObject({ removed: [{ model: 'broken', rule: 'hush' }], facts: {}, trace: [] });
  });

  it('is what calls models: the admin token is not', async () => {
    const gateway = await openGateway(keys);
    expect((await gateway.post(echo, bearer('adm1n'))).status).toBe(401);
  });
});

describe('the rules behind a refusal', () => {
  it('are shown to keys with `debug` only', async () => {
    const config = configOf(`${sandboxInventory}
keys: [{ name: lead, hash: "sha256:${hash('sha256', 'sk-lead', 'hex')}", debug: true }]
`);
    const reject = { status: 403, code: 'denied', message: 'no', rules: ['hush'] };
    const gateway = await runGateway(
      config,
      policyOf(() => decisionFor(config, [], { outcome: 'reject', reject })),
    );
    const lead = await gateway.post(echo, { authorization: 'Bearer sk-lead' });
    expect(await lead.json()).toMatchObject({ error: { code: 'denied', rules: ['hush'] } });
    expect(await (await gateway.post(echo)).text()).not.toContain('hush');
  });
});

describe('a request id', () => {
  it.each([
    ['my-id.1', true],
    ['x'.repeat(129), false],
    ['a b', false],
  ])('%s is kept: %s', async (id, kept) => {
    const gateway = await openGateway();
    const response = await gateway.post(echo, { 'x-request-id': id });
    expect(response.headers.get('x-request-id') === id).toBe(kept);
    expect(response.headers.get('x-request-id')).toMatch(/^[\w.-]{5,128}$/);
  });
});

describe('other paths', () => {
  it('list the public names of the models, and not those of their upstreams', async () => {
    const gateway = await openGateway();
    const { data } = await gateway.client.models.list();
    expect(data.filter(({ id }) => id.includes('/'))).toEqual([]);
    expect(data.slice(0, 3)).toEqual([
      { id: 'echo', object: 'model', created: 0, owned_by: 'sandbox' },
      { id: 'gpt-4.1-mini', object: 'model', created: 0, owned_by: 'sandbox' },
      { id: 'broken', object: 'model', created: 0, owned_by: 'sandbox' },
    ]);
  });

  it('say that the process is alive', async () => {
    const { url } = await openGateway();
    expect(await (await fetch(`${url}/healthz`)).json()).toEqual({ status: 'ok' });
  });

  it.each([
    ['/v1/assistants', 501, 'endpoint_not_supported'],
    ['/v2', 404, 'not_found'],
    ['/%ff', 404, 'not_found'],
  ])('%s answers %i in OpenAI’s shape', async (path, status, code) => {
    const { url } = await openGateway();
    const response = await fetch(`${url}${path}`);
    expect(response.status).toBe(status);
    expect(await response.json()).toMatchObject({ error: { code, param: null } });
  });
});
