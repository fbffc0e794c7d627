import { describe, expect, it } from 'vitest';
import { answerJson, completion, scriptUpstream } from '../providers/scripted-upstream.ts';
import { ableModel, servedInventory } from '../support/served-inventory.ts';
import { runGateway } from './running-gateway.ts';

const message = {
  id: 'msg_1',
  type: 'message',
  role: 'assistant',
  model: 'm',
  content: [{ type: 'text', text: 'hi' }],
  stop_reason: 'end_turn',
  usage: { input_tokens: 1, output_tokens: 1 },
};

const all = {
  'anthropic-beta': 'a-2025',
  'openai-beta': 'o=v1',
  'idempotency-key': 'once',
  traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
  tracestate: 'a=b',
};
const forNobody = {
  cookie: 'session=1',
  'x-forwarded-for': '1.2.3.4',
  'openai-organization': 'org',
  'x-stainless-os': 'Linux',
};

async function headersSent(kind: string, path: string) {
  const upstream = await scriptUpstream((response, { path: called }) =>
    answerJson(response, 200, called.endsWith('/messages') ? message : completion),
  );
  const baseUrl = kind === 'anthropic' ? upstream.baseUrl.replace(/\/v1$/, '') : upstream.baseUrl;
  const { config, policy } = servedInventory(`
providers: { it: { kind: ${kind}, base_url: "${baseUrl}", api_key: the-key } }
models: { m: { provider: it, ${ableModel} } }
`);
  const { url } = await runGateway(config, policy);
  const body = JSON.stringify({ model: 'm', max_tokens: 5, messages: [{ role: 'user', content: 'hi' }] });
  const headers = { ...all, ...forNobody, authorization: 'Bearer of-the-caller' };
  expect((await fetch(`${url}${path}`, { method: 'POST', body, headers })).status).toBe(200);
  return upstream.calls[0]?.headers ?? {};
}

const { 'anthropic-beta': _anthropic, ...withoutAnthropic } = all;
const { 'openai-beta': _openai, ...withoutOpenAi } = all;
const { 'openai-beta': _both, ...neutral } = withoutAnthropic;

describe('headers of a caller', () => {
  it.each([
    ['openai', '/v1/chat/completions', withoutAnthropic],
    ['anthropic', '/v1/messages', withoutOpenAi],
    ['anthropic', '/v1/chat/completions', neutral],
    ['openai-compatible', '/v1/messages', neutral],
  ])('go on to %s from %s by their names, and no others', async (kind, path, carried) => {
    const sent = await headersSent(kind, path);
    expect(sent).toMatchObject(carried);
    const others = [...Object.keys({ ...all, ...forNobody })].filter((name) => !(name in carried));
    expect(Object.keys(sent).filter((name) => others.includes(name))).toEqual([]);
    expect(JSON.stringify(sent)).not.toContain('of-the-caller');
    expect(JSON.stringify(sent)).toContain('the-key');
  });
});
