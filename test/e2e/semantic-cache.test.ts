import { describe, expect, it } from 'vitest';
import { ask } from './ask.ts';
import { serveCached } from './cached-gateway.ts';
import { card, piiGuard } from './guarded-gateway.ts';

const more = 'cache: { semantic: { model: vectors, entries: 10 } }';
const semantic = 'cache semantic above 95% ttl 1h scope everyone';

const chat = (content: string, others: object = {}) => ({
  model: 'gpt',
  messages: [{ role: 'user', content }],
  ...others,
});
const question = 'what is the weather like in Paris';
const alike = 'what is the weather like in Paris?!';
const other = 'who wrote Hamlet';

describe('a question that means the same', () => {
  it.each<[string, (content: string) => object]>([
    ['chat/completions', chat],
    ['chat/completions', (content) => chat(content, { stream: true })],
    ['responses', (content) => ({ model: 'gpt', input: content })],
    ['messages', (content) => ({ model: 'claude', max_tokens: 100, messages: [{ role: 'user', content }] })],
  ])('has the answer of the one before (/v1/%s)', async (path, body) => {
    const { gateway, asked, embedded } = await serveCached(semantic, { more });
    const first = await ask(gateway.url, path, body(question));
    const second = await ask(gateway.url, path, body(alike));
    expect([first.cache, second.cache]).toEqual(['miss', 'semantic']);
    expect(second.text).toBe(first.text);
    expect((await ask(gateway.url, path, body(other))).cache).toBe('miss');
    expect([asked(), embedded()]).toEqual([2, 3]);
  });

  it('is looked for only where the question is not the very same', async () => {
    const { gateway, embedded } = await serveCached(semantic, { more });
    await ask(gateway.url, 'chat/completions', chat(question));
    expect((await ask(gateway.url, 'chat/completions', chat(question))).cache).toBe('hit');
    expect(embedded()).toBe(1);
  });

  it('is told in the log and the ledger, with what it cost to find out', async () => {
    const { gateway } = await serveCached(semantic, { more });
    await ask(gateway.url, 'chat/completions', chat(question));
    await ask(gateway.url, 'chat/completions', chat(alike));
    const [, hit] = await gateway.logLines(2);
    const cached = { model: 'gpt', similarity: '100%', saved: 2_000_000 };
    expect(hit).toMatchObject({ cost: '0', cache: { status: 'semantic', cached } });
    await gateway.settled();
    const { rows } = await gateway.store.sums.page({ since: 0, until: Number.MAX_SAFE_INTEGER, after: null });
    const vectors = rows.find(({ labels }) => labels['model'] === 'vectors')?.sums;
    expect(vectors).toMatchObject({ requests: 0, cost: 2_000_000 });
  });

  it('is not one where anything else differs', async () => {
    const { gateway } = await serveCached(semantic, { more });
    const told = async (body: object) => (await ask(gateway.url, 'chat/completions', body)).cache;
    const turns = (first: string, last: string) => ({
      model: 'gpt',
      messages: [
        { role: 'user', content: first },
        { role: 'assistant', content: 'yes' },
        { role: 'user', content: last },
      ],
    });
    await told(chat(question));
    expect(await told(chat(alike, { temperature: 0 }))).toBe('miss');
    expect(
      await told({ model: 'gpt', messages: [{ role: 'system', content: 'in French' }, ...chat(alike).messages] }),
    ).toBe('miss');
    expect(await told({ ...chat(alike), model: 'far' })).toBe('miss');
    expect(await told(turns('a', question))).toBe('miss');
    expect(await told(turns('b', alike))).toBe('miss');
    expect(await told(turns('a', alike))).toBe('semantic');
  });

  it('is not looked for where the last word is a tool’s', async () => {
    const { gateway, embedded } = await serveCached(semantic, { more });
    const call = { id: 'c', type: 'function', function: { name: 'f', arguments: '{}' } };
    const messages = [
      { role: 'user', content: question },
      { role: 'assistant', tool_calls: [call] },
      { role: 'tool', tool_call_id: 'c', content: 'rain' },
    ];
    expect((await ask(gateway.url, 'chat/completions', { model: 'gpt', messages })).cache).toBe('miss');
    expect(embedded()).toBe(0);
  });

  it('is nobody else’s', async () => {
    const rules = 'cache semantic above 95% ttl 1h scope request.data_region';
    const { gateway } = await serveCached(rules, { more });
    await ask(gateway.url, 'chat/completions', chat(question));
    expect((await ask(gateway.url, 'chat/completions', chat(alike), { 'x-data-region': 'eu' })).cache).toBe('miss');
    expect((await ask(gateway.url, 'chat/completions', chat(alike))).cache).toBe('semantic');
  });
});

describe('the embeddings model', () => {
  it('sees nothing of a request that constraints keep from it', async () => {
    const rules = `${semantic}\ndeny model when request.data_region == eu and model == vectors`;
    const { gateway, embedded, asked } = await serveCached(rules, { more });
    const eu = { 'x-data-region': 'eu' };
    for (const content of [question, alike]) {
      expect((await ask(gateway.url, 'chat/completions', chat(content), eu)).cache).toBe('miss');
    }
    expect([embedded(), asked()]).toEqual([0, 2]);
    // The very same question needs no vector.
    expect((await ask(gateway.url, 'chat/completions', chat(question), eu)).cache).toBe('hit');
  });

  it('sees what guards let through, and a redacted question has no cache', async () => {
    const { gateway, embedded, upstream } = await serveCached(`${semantic}\nguard pii on input then redact`, {
      more: `${more}\n${piiGuard}`,
    });
    expect((await ask(gateway.url, 'chat/completions', chat(`pay with ${card}`))).cache).toBe('off');
    expect(embedded()).toBe(0);
    expect(upstream.calls.filter(({ body }) => body.includes('4111'))).toEqual([]);
  });

  it('is asked on the budgets of the request, and not where they have nothing left for it', async () => {
    const rules = `${semantic}\nlimit few 1 req per ever for each model when model == vectors`;
    const { gateway, embedded } = await serveCached(rules, { more });
    expect((await ask(gateway.url, 'chat/completions', chat(question))).cache).toBe('miss');
    expect((await ask(gateway.url, 'chat/completions', chat(alike))).cache).toBe('miss');
    expect(embedded()).toBe(1);
  });

  it('may fail: the request goes on', async () => {
    const { gateway, asked } = await serveCached(semantic, { more, embeds: false });
    for (const content of [question, alike]) {
      expect(await ask(gateway.url, 'chat/completions', chat(content))).toMatchObject({ status: 200, cache: 'miss' });
    }
    expect(asked()).toBe(2);
  });
});

describe('a semantic cache in the shadow', () => {
  const shadow = '@mode(shadow) @id(trial) cache semantic above 90% ttl 1h scope everyone';

  it('answers nothing, and says which answer it would have given', async () => {
    const { gateway, asked } = await serveCached(shadow, { more });
    const told = [];
    for (const content of [question, alike, other])
      told.push((await ask(gateway.url, 'chat/completions', chat(content))).cache);
    expect(told).toEqual(['off', 'off', 'off']);
    expect(asked()).toBe(3);
    const lines = await gateway.logLines(3);
    expect(lines.map(({ cache }) => cache)).toEqual([
      { status: 'off' },
      { status: 'off', wouldCache: { of: expect.stringMatching(/./), model: 'gpt', similarity: '100%' } },
      { status: 'off' },
    ]);
    expect(JSON.stringify(lines)).not.toContain('Paris');
  });

  it('runs beside a live one', async () => {
    const { gateway } = await serveCached(`${shadow}\ncache exact ttl 1h`, { more });
    const told = [];
    for (const content of [question, alike, question])
      told.push((await ask(gateway.url, 'chat/completions', chat(content))).cache);
    expect(told).toEqual(['miss', 'miss', 'hit']);
    const lines = await gateway.logLines(3);
    expect(lines[1]?.['cache']).toMatchObject({ status: 'miss', wouldCache: { model: 'gpt' } });
  });
});
