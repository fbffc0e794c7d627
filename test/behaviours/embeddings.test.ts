import OpenAI from 'openai';
import { describe, expect, it } from 'vitest';
import { runGateway } from '../http/running-gateway.ts';
import { answerJson, scriptUpstream } from '../providers/scripted-upstream.ts';
import { servedInventory } from '../support/served-inventory.ts';

const vectors = [
  [0.5, -1, 0.25],
  [1, 0, -0.125],
];

/** Answers in the vendors' documented forms. */
const upstreams = [
  {
    kind: 'openai',
    base: '/v1',
    path: '/v1/embeddings',
    answer: {
      object: 'list',
      data: vectors.map((embedding, index) => ({ object: 'embedding', index, embedding })),
      model: 'up',
      usage: { prompt_tokens: 4, total_tokens: 4 },
    },
    sent: { input: ['one', 'two'], dimensions: 3 },
  },
  {
    kind: 'google',
    base: '/v1beta',
    path: '/v1beta/models/up:batchEmbedContents',
    answer: { embeddings: vectors.map((values) => ({ values })) },
    sent: { requests: [{ content: { parts: [{ text: 'one' }] } }, { content: { parts: [{ text: 'two' }] } }] },
    tokens: 0,
  },
  {
    kind: 'mistral',
    base: '/v1',
    path: '/v1/embeddings',
    answer: {
      object: 'list',
      data: vectors.map((embedding) => ({ object: 'embedding', embedding })),
      model: 'up',
      usage: { prompt_tokens: 4, total_tokens: 4 },
    },
    sent: { input: ['one', 'two'] },
  },
  {
    kind: 'cohere',
    base: '/v2',
    path: '/v2/embed',
    answer: { id: '1', embeddings: { float: vectors }, meta: { billed_units: { input_tokens: 4 } } },
    sent: { texts: ['one', 'two'] },
  },
] as const;

describe('embeddings', () => {
  it.each(upstreams)(
    'come from $kind as OpenAI’s client reads them',
    async ({ kind, base, path, answer, sent, ...rest }) => {
      const upstream = await scriptUpstream((response) => answerJson(response, 200, answer));
      const baseUrl = upstream.baseUrl.replace(/\/v1$/, base);
      const { config, policy } = servedInventory(`
providers: { it: { kind: ${kind}, base_url: "${baseUrl}", api_key: k } }
models: { m: { provider: it, upstream: up, abilities: { embeddings: true }, price_in: $1, price_out: $0, context_window: 8k } }
`);
      const { url } = await runGateway(config, policy);
      const client = new OpenAI({ baseURL: `${url}/v1`, apiKey: 'none', maxRetries: 0 });
      const asked = { model: 'm', input: ['one', 'two'], dimensions: 3 };
      const read = await client.embeddings.create({ ...asked, encoding_format: 'float' });
      expect(read.data.map(({ embedding }) => embedding)).toEqual(vectors);
      expect(read.usage.prompt_tokens).toBe('tokens' in rest ? rest.tokens : 4);
      expect(upstream.calls[0]?.path).toBe(path);
      expect(JSON.parse(upstream.calls[0]?.body ?? '')).toMatchObject(sent);
    },
  );
});
