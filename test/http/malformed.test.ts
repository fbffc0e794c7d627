import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, expect, it } from 'vitest';
import { configOf, sandboxInventory } from '../gateway/sample-config.ts';
import { decisionFor, policyOf } from '../gateway/sample-decision.ts';
import { malformedBodies } from '../support/malformed-bodies.ts';
import { malformedHttp } from '../support/malformed-http.ts';
import { type RawAnswer, sayRaw } from '../support/raw-http.ts';
import { type RunningGateway, runGateway } from './running-gateway.ts';

const seed = 20_261_126;
const token = 'the-token-of-admins';
const hi = [{ role: 'user', content: 'hi' }];
const tool = { type: 'function', function: { name: 'f', description: 'd', parameters: { type: 'object' } } };
const chat = {
  model: 'echo',
  messages: hi,
  stream: false,
  max_tokens: 10,
  temperature: 1,
  tools: [tool],
  tool_choice: 'auto',
  response_format: { type: 'text' },
  metadata: { a: 'b' },
};

/** Everything that takes a body, with one that it takes. */
const endpoints: readonly (readonly [path: string, request: Readonly<Record<string, unknown>>])[] = [
  ['/v1/chat/completions', chat],
  [
    '/v1/responses',
    { model: 'echo', input: 'hi', stream: false, tools: [], text: {}, previous_response_id: 'a', include: [] },
  ],
  [
    '/v1/messages',
    { model: 'echo', messages: hi, max_tokens: 10, system: 'be kind', tools: [], thinking: {}, stop_sequences: [] },
  ],
  ['/v1/embeddings', { model: 'echo', input: 'hi', encoding_format: 'float', dimensions: 8 }],
  ['/v1/messages/count_tokens', { model: 'echo', messages: hi }],
  ['/v1/decide', chat],
  ['/v1/feedback', { request_id: 'a', score: 1, label: 'good' }],
  ['/admin/keys', { name: 'a', attributes: {}, expires: '1d' }],
];

function openGateway(patience = '60s') {
  const config = configOf(`${sandboxInventory}
server: { max_body: 50kB, max_header: 8kB, header_timeout: ${patience}, body_timeout: ${patience} }
auth: { required: false, admin_token: ${token} }`);
  return runGateway(
    config,
    policyOf(() => decisionFor(config, ['echo'])),
  );
}

/** Whatever is refused is refused in the words of the API that was called. */
function expectShape(path: string, status: number, text: string, kind: string): void {
  const where = `${path}: ${kind}: ${status} ${text.slice(0, 300)}`;
  expect(status, where).toBeLessThan(500);
  if (status < 400) return;
  const body = JSON.parse(text);
  expect(typeof body.error?.message, where).toBe('string');
  expect(typeof body.error?.type, where).toBe('string');
  expect(typeof body.error?.code, where).toBe('string');
  if (path.startsWith('/v1/messages')) expect(body.type, where).toBe('error');
}

const post = ({ url }: RunningGateway, path: string, body: Uint8Array, headers: Readonly<Record<string, string>>) => {
  const authorization = path.startsWith('/admin') ? { authorization: `Bearer ${token}` } : {};
  return fetch(`${url}${path}`, { method: 'POST', body: Buffer.from(body), headers: { ...headers, ...authorization } });
};

describe.each(endpoints)('%s', (path, request) => {
  const bodies = malformedBodies(request, seed);

  it(`refuses what is wrong, of ${bodies.length} kinds of bodies, in the shape of its API`, async () => {
    const gateway = await openGateway();
    for (const { kind, body, headers, isHopeless } of bodies) {
      const response = await post(gateway, path, body, headers);
      const text = await response.text();
      expectShape(path, response.status, text, kind);
      if (isHopeless) expect(response.status, `${path}: ${kind}: ${text}`).toBeGreaterThanOrEqual(400);
    }
    const good = await post(gateway, path, Buffer.from(JSON.stringify(request)), {});
    expect([200, 201, 400, 404, 409]).toContain(good.status);
    expect(gateway.logText()).not.toContain('"msg":"bug"');
    expect([gateway.gate.running, gateway.gate.waiting]).toEqual([0, 0]);
  });

  it('refuses what is no HTTP, or hangs up', async () => {
    const gateway = await openGateway('400ms');
    const kinds = malformedHttp(path, JSON.stringify(request));
    const answers = await Promise.all(kinds.map(([, bytes]) => sayRaw(gateway.url, bytes)));
    answers.forEach(({ status, body, head }: RawAnswer, index) => {
      const kind = kinds[index]?.[0] ?? '';
      if (status === 0) return;
      expect(status, `${kind}: ${head}`).not.toBe(500);
      expectShape(bodyPath(path, kind), status === 501 ? 400 : status, wholeBody(head, body), kind);
    });
    expect(gateway.logText()).not.toContain('"msg":"bug"');
    expect((await fetch(`${gateway.url}/healthz`)).status).toBe(200);
  });
});

/** Whose path cannot be read speaks no API that could be known. */
const bodyPath = (path: string, kind: string) =>
  /^(?:no HTTP|a .*path|zero|the beginning|TLS|a tunnel|a head that does not end)/.test(kind) ? '' : path;

/** Of the first answer alone, where another follows on the same connection. */
function wholeBody(head: string, body: string): string {
  const length = /content-length: (\d+)/i.exec(head)?.[1];
  return length === undefined ? body : body.slice(0, Number(length));
}

it('nothing of it stays', async () => {
  const gateway = await openGateway();
  const [path, request] = endpoints[3] ?? ['', {}];
  const bodies = malformedBodies(request, seed);
  const heapAfter = async () => {
    for (const { body, headers } of bodies) await (await post(gateway, path, body, headers)).text();
    collectGarbage();
    return process.memoryUsage().heapUsed;
  };
  await heapAfter();
  const [before, after] = [await heapAfter(), await heapAfter()];
  expect(after - before).toBeLessThan(8 * 1024 * 1024);
});

function collectGarbage(): void {
  setFlagsFromString('--expose-gc');
  const collect: () => void = runInNewContext('gc');
  collect();
}

it('there are more than three hundred kinds', () => {
  const kinds = new Set(
    endpoints.flatMap(([path, request]) => [
      ...malformedBodies(request, seed).map(({ kind }) => kind),
      ...malformedHttp(path, '').map(([kind]) => kind),
    ]),
  );
  expect(kinds.size).toBeGreaterThan(300);
});
