import { hash } from 'node:crypto';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createKeyText } from '../../src/gateway/key-text.ts';
import { answerJson, completion, scriptUpstream } from '../providers/scripted-upstream.ts';
import { runMain } from '../support/command.ts';
import { projectFolder } from '../support/project-folder.ts';
import { startGateway } from './gateway-process.ts';

const secrets = {
  adminToken: 'adm1n-word-that-nobody-knows',
  provider: 'pr0vider-word-that-nobody-knows',
  provider2: 'an0ther-word-that-nobody-knows',
  header: 'head3r-word-that-nobody-knows',
  openAi: 'sk-proj-AbCdEfGh12345678IjKlMnOp',
  anthropic: 'sk-ant-api03-AbCdEfGh12345678',
  aws: 'AKIAIOSFODNN7EXAMPLE',
  unknown: createKeyText(),
};

/** A key of the config that looks like no key: only as the key of a request is it known to be one. */
const plain = 'plain-words-as-a-key-9';

const config = (baseUrl: string) => `version: 1
policy: main.llmpolicy
auth: { required: true, admin_token: "${secrets.adminToken}" }
providers:
  own: { kind: openai-compatible, base_url: "${baseUrl}", api_keys: ["${secrets.provider}", "${secrets.provider2}"], headers: { x-own: "${secrets.header}" } }
models: { own: { provider: own, context_window: 32k } }
attributes:
  request.region: { type: enum, values: [eu, us], default: eu, from: ["header x-region", "metadata region"] }
keys:
  - { name: plain, hash: "sha256:HASH" }
`;

const policy = `edition 2026
policy "main"
routes {
  route unknown when requested is not known
    reject 404 "no model of that name"
  otherwise use own
}
`;

describe('keys that are sent everywhere', () => {
  it('are in no answer but the one that made them, no header, no log line, no metric and nothing on standard error', async () => {
    // Refuses with all that it was sent, unless it is asked not to.
    const upstream = await scriptUpstream((response, { headers, body }) => {
      if (JSON.stringify(body).includes('please-answer')) return answerJson(response, 200, completion);
      return answerJson(response, 401, {
        error: { message: `no: ${JSON.stringify(headers)} ${JSON.stringify(body)}` },
      });
    });
    const text = config(upstream.baseUrl).replace('HASH', hash('sha256', plain, 'hex'));
    const folder = projectFolder({ 'gateway.config.yaml': text, 'main.llmpolicy': policy });
    const keys = (...words: string[]) => runMain('keys', ...words, '--config', join(folder, 'gateway.config.yaml'));
    const issued = (await keys('create', 'dev')).out.trim();
    const ended = (await keys('create', 'ended')).out.trim();
    const ofCli = [await keys('revoke', 'ended'), await keys('list')];
    const gateway = await startGateway(folder);
    const all = [...Object.values(secrets), issued, ended];
    const said = ofCli.flatMap(({ out, err }) => [out, err]);

    const send = async (path: string, key: string | undefined, init: RequestInit = {}) => {
      const headers = { ...(key === undefined ? {} : { authorization: `Bearer ${key}` }), ...init.headers };
      const response = await fetch(`${gateway.url}${path}`, { ...init, headers });
      said.push(JSON.stringify([...response.headers]), await response.text());
      return response.status;
    };
    const post = (path: string, key: string, body: unknown, headers: Record<string, string> = {}) =>
      send(path, key, { method: 'POST', body: typeof body === 'string' ? body : JSON.stringify(body), headers });

    const messages = [{ role: 'user', content: 'hello' }];
    for (const key of [issued, plain]) {
      for (const secret of key === plain ? [...all, plain] : all) {
        const paths = ['/v1/chat/completions', '/v1/messages', '/v1/responses'];
        for (const path of paths) await post(path, key, { model: secret, max_tokens: 5, messages, input: 'hello' });
        await post('/v1/chat/completions', key, { model: 'own', messages: [{ role: 'user', content: secret }] });
        await post('/v1/chat/completions', key, { model: 'own', messages, metadata: { region: secret } });
        await post(
          '/v1/chat/completions',
          key,
          { model: 'own', messages },
          { 'x-region': secret, 'x-request-id': secret },
        );
        await post(`/v1/chat/completions?key=${secret}`, key, `{"model": "${secret}`);
        await send(`/v1/${secret}?api_key=${secret}`, key);
        await send(`/${secret}`, key, { headers: { cookie: secret, 'x-api-key': secret } });
        await send('/v1/models', key, { headers: { 'x-llmpolicy-tags': secret } });
      }
      await post('/v1/chat/completions', key, { model: 'own', messages: [{ role: 'user', content: 'please-answer' }] });
    }
    for (const secret of all) {
      await send('/v1/models', secret);
      await send('/v1/messages', undefined, { method: 'POST', headers: { 'x-api-key': secret } });
      await send('/v1/models', undefined, { headers: { authorization: `Basic ${secret}` } });
      await send(`/admin/keys/${secret}`, secret, { method: 'DELETE' });
      await post('/admin/keys', secret, { name: secret, attributes: { [secret]: secret } });
      await post('/admin/keys', secrets.adminToken, { name: secret.slice(0, 5), attributes: { [secret]: secret } });
    }
    await send('/admin/keys', secrets.adminToken);
    await send('/admin/health', secrets.adminToken);
    for (const path of ['/metrics', '/healthz', '/readyz', `/metrics?key=${issued}`])
      expect(await send(path, issued)).toBe(200);

    gateway.process.kill('SIGTERM');
    const { out, err } = await gateway.ended;
    said.push(out, err);
    expect(out.split('\n').length).toBeGreaterThan(250);
    expect(out).toContain('[secret]');
    const everything = said.join('\n');
    for (const secret of [...all, plain]) {
      expect({ secret, at: excerpt(everything, secret) }).toEqual({ secret, at: null });
    }
  });
});

function excerpt(text: string, secret: string): string | null {
  const at = text.indexOf(secret);
  return at < 0 ? null : text.slice(Math.max(0, at - 150), at + 80);
}
