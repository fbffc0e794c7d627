import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { ProviderConfig } from '../../../src/config/config.ts';
import { openDeadline } from '../../../src/providers/upstream/deadline.ts';
import { openUpstream } from '../../../src/providers/upstream/upstream.ts';
import type { UpstreamSend } from '../../../src/providers/upstream/upstream-reply.ts';
import { providerConfig, providerTools } from '../provider-config.ts';
import { answerJson, completion, scriptUpstream } from '../scripted-upstream.ts';

function clientOf(parts: Partial<ProviderConfig>) {
  const config = providerConfig(parts);
  const tools = providerTools(config);
  const upstream = openUpstream(config, tools);
  onTestFinished(() => upstream.close());
  const send = async (call: Partial<UpstreamSend> = {}) => {
    const deadline = openDeadline(new AbortController().signal, 60_000, null);
    onTestFinished(() => deadline.close());
    const reply = await upstream.send(
      { method: 'POST', path: '/chat/completions', headers: {}, body: '{}', model: 'm', keyId: null, ...call },
      deadline,
    );
    if (reply.kind === 'reply') reply.body.leave();
    return reply;
  };
  return { upstream, send, access: tools.access };
}

/** An upstream that answers every call. */
const echoing = () => scriptUpstream((response) => answerJson(response, 200, completion));

describe('a call of an upstream', () => {
  it.each([
    ['openai', 'authorization', 'Bearer the-key'],
    ['azure', 'api-key', 'the-key'],
    ['anthropic', 'x-api-key', 'the-key'],
    ['google', 'x-goog-api-key', 'the-key'],
    ['amazon-bedrock', 'authorization', 'Bearer the-key'],
    ['cohere', 'authorization', 'Bearer the-key'],
  ] as const)('shows its key where the vendor wants it: %s', async (kind, header, value) => {
    const { baseUrl, calls } = await echoing();
    await clientOf({ kind, baseUrl, apiKeys: ['the-key'] }).send();
    expect(calls[0]?.headers).toMatchObject({ [header]: value });
  });

  it('carries what its kind needs, unless the call says otherwise', async () => {
    const { baseUrl, calls } = await echoing();
    const { send } = clientOf({ kind: 'anthropic', baseUrl, apiKeys: ['k'] });
    await send();
    await send({ headers: { 'anthropic-version': '2030-01-01' } });
    expect(calls.map(({ headers }) => headers['anthropic-version'])).toEqual(['2023-06-01', '2030-01-01']);
  });

  it('carries the headers of the config, over those of the call', async () => {
    const { baseUrl, calls } = await echoing();
    const { send, access } = clientOf({ baseUrl, apiKeys: ['k'], headers: { 'x-org': 'acme' } });
    await send({ headers: { 'x-org': 'caller' } });
    access.replaceHeaders({ 'x-org': 'renamed' });
    await send();
    expect(calls.map(({ headers }) => headers['x-org'])).toEqual(['acme', 'renamed']);
  });

  it('goes below the base URL, with the query of the config', async () => {
    const { baseUrl, calls } = await echoing();
    await clientOf({ kind: 'azure', baseUrl, apiKeys: ['k'], query: '?api-version=preview' }).send();
    expect(calls[0]?.path).toBe('/v1/chat/completions?api-version=preview');
  });

  it('is not made without a key at the vendor’s own address', async () => {
    const { send } = clientOf({ kind: 'openai', apiKeys: [] });
    expect(await send()).toMatchObject({ failure: 'auth', status: null, message: 'no key is set for this provider' });
  });

  it('needs no key at another address', async () => {
    const { baseUrl, calls } = await echoing();
    expect(await clientOf({ kind: 'openai', baseUrl, apiKeys: [] }).send()).toMatchObject({ keyId: null });
    expect(calls[0]?.headers).not.toHaveProperty('authorization');
  });

  it('is made with the next key while one rests', async () => {
    const upstream = await scriptUpstream((response, { headers }) =>
      headers.authorization === 'Bearer busy'
        ? answerJson(response, 429, { error: { message: 'slow down' } }, { 'retry-after': '60' })
        : answerJson(response, 200, completion),
    );
    const { send } = clientOf({ baseUrl: upstream.baseUrl, apiKeys: ['busy', 'free'] });
    expect(await send()).toMatchObject({ failure: 'rate_limited' });
    expect([await send(), await send()]).toMatchObject([{ kind: 'reply' }, { kind: 'reply' }]);
    expect(upstream.calls).toHaveLength(3);
  });

  it.each([
    [{ error: { message: 'this key may not' } }, null],
    [{ error: { code: 403, message: 'flagged', metadata: { flagged_input: 'x' } } }, 403],
    ['<h1>Forbidden</h1>', 403],
  ])(
    'keeps a key whose caller was forbidden something, unless the upstream says so of the key: %j',
    async (body, again) => {
      const { baseUrl } = await scriptUpstream((response) => {
        response.writeHead(403).end(typeof body === 'string' ? body : JSON.stringify(body));
      });
      const { send } = clientOf({ baseUrl, apiKeys: ['k'] });
      expect(await send()).toMatchObject({ status: 403 });
      expect(await send()).toMatchObject({ status: again });
    },
  );

  it('keeps headers of the config out of the upstream’s words', async () => {
    const error = { error: { message: 'no org acme-secret-org' } };
    const { baseUrl } = await scriptUpstream((response) => answerJson(response, 400, error));
    const { send } = clientOf({ baseUrl, headers: { 'x-org': 'acme-secret-org' } });
    expect(await send()).toMatchObject({ message: 'no org [secret]' });
  });

  it('does not take an encoding that it did not ask for', async () => {
    const { baseUrl } = await scriptUpstream((response) => answerJson(response, 200, {}, { 'content-encoding': 'br' }));
    expect(await clientOf({ baseUrl }).send()).toMatchObject({
      failure: 'bad_response',
      message: 'an answer in the encoding br',
    });
  });
});

/** A proxy that notes what passes, and how it was asked. */
async function startProxy() {
  const seen: Pick<IncomingMessage, 'method' | 'url'>[] = [];
  const authorizations: unknown[] = [];
  const note = ({ method, url, headers }: IncomingMessage) => {
    seen.push({ method, url });
    authorizations.push(headers['proxy-authorization']);
  };
  const proxy = createServer((request, response) => {
    note(request);
    answerJson(response, 200, { from: 'proxy' });
  });
  proxy.on('connect', (request, socket) => {
    note(request);
    const { hostname, port } = new URL(`http://${request.url}`);
    const upstream = connect(Number(port), hostname, () => {
      socket.write('HTTP/1.1 200 Connection Established\r\n\r\n');
      upstream.pipe(socket).pipe(upstream);
    });
    upstream.on('error', () => socket.destroy());
    socket.on('error', () => upstream.destroy());
  });
  proxy.listen(0, '127.0.0.1');
  await once(proxy, 'listening');
  onTestFinished(() => {
    proxy.closeAllConnections();
    proxy.close();
  });
  return { port: (proxy.address() as AddressInfo).port, seen, authorizations };
}

describe('a proxy', () => {
  it('is the only way to an upstream, and is told who asks', async () => {
    const { baseUrl, calls } = await echoing();
    const { port, seen, authorizations } = await startProxy();
    await clientOf({ baseUrl, proxy: `http://user:pass@127.0.0.1:${port}` }).send();
    expect(seen).toEqual([{ method: 'POST', url: `${baseUrl}/chat/completions` }]);
    expect(authorizations).toEqual([`Basic ${Buffer.from('user:pass').toString('base64')}`]);
    expect(calls).toEqual([]);
  });

  it('is asked for a tunnel where the upstream speaks TLS, and learns no key', async () => {
    const { port, seen } = await startProxy();
    const proxy = `http://127.0.0.1:${port}`;
    const answer = await clientOf({ baseUrl: 'https://127.0.0.1:1/v1', apiKeys: ['k'], proxy }).send();
    expect(answer).toMatchObject({ failure: 'network' });
    expect(seen).toEqual([{ method: 'CONNECT', url: '127.0.0.1:1' }]);
  });
});
