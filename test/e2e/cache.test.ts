import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { openSqliteLedger } from '../../src/ledger/sqlite/ledger.ts';
import { until } from '../support/until.ts';
import { ask } from './ask.ts';
import { lettersOf, serveCached } from './cached-gateway.ts';
import { card, piiGuard } from './guarded-gateway.ts';

const exact = 'cache exact ttl 1h scope everyone';
const messages = [{ role: 'user' as const, content: 'how are you' }];

const forms = [
  ['chat/completions', { model: 'gpt', messages }],
  ['responses', { model: 'gpt', input: 'how are you' }],
  ['messages', { model: 'claude', max_tokens: 100, messages }],
] as const;

describe('an answer that was given', () => {
  it.each(forms.flatMap(([path, body]) => [false, true].map((stream) => [path, stream, body] as const)))(
    'on /v1/%s (stream: %s) is given again, byte for byte, without a call',
    async (path, stream, body) => {
      const { gateway, asked } = await serveCached(exact);
      const request = { ...body, ...(stream && { stream }) };
      const first = await ask(gateway.url, path, request);
      const again = await ask(gateway.url, path, request);
      expect([first.cache, again.cache]).toEqual(['miss', 'hit']);
      expect(again.text).toBe(first.text);
      expect(again.text).toContain('for');
      expect(asked()).toBe(1);
      expect(again.headers.get('x-llmpolicy-attempts')).toBe('0');
      expect(again.headers.get('content-type')).toBe(first.headers.get('content-type'));
    },
  );

  it('is one that official clients read, whole and as a stream', async () => {
    const { gateway, asked } = await serveCached(exact);
    const say = async () => {
      const chat = await gateway.client.chat.completions.create({ model: 'gpt', messages });
      const chunks = await gateway.client.chat.completions.create({ model: 'gpt', messages, stream: true });
      let streamed = '';
      for await (const chunk of chunks) streamed += chunk.choices[0]?.delta.content ?? '';
      const response = await gateway.client.responses.create({ model: 'gpt', input: 'how are you' });
      const events = await gateway.client.responses.create({ model: 'gpt', input: 'how are you', stream: true });
      let completed = '';
      for await (const event of events) if (event.type === 'response.completed') completed = event.response.output_text;
      const message = await gateway.anthropic.messages.create({ model: 'claude', max_tokens: 100, messages });
      const run = gateway.anthropic.messages.stream({ model: 'claude', max_tokens: 100, messages });
      const vectors = await gateway.client.embeddings.create({ model: 'vectors', input: 'how are you' });
      return [
        chat.choices[0]?.message.content,
        streamed,
        response.output_text,
        completed,
        message.content,
        await run.finalText(),
        vectors.data[0]?.embedding,
      ];
    };
    const first = await say();
    expect(await say()).toEqual(first);
    expect(new Set(first.slice(0, 2)).size).toBe(2);
    expect(first[6]).toEqual(lettersOf('how are you'));
    expect(asked()).toBe(6);
  });

  it('costs nothing, and the ledger, the log and the sums say what it saved', async () => {
    const { gateway } = await serveCached(exact);
    await ask(gateway.url, 'chat/completions', { model: 'gpt', messages });
    const again = await ask(gateway.url, 'chat/completions', { model: 'gpt', messages });
    expect(again.headers.get('x-llmpolicy-cost')).toBe('0');
    const [missed, hit] = await gateway.logLines(2);
    expect(missed).toMatchObject({ cost: '0.002', usage: { inputTokens: 1000 }, cache: { status: 'miss' } });
    expect(hit).toMatchObject({
      cost: '0',
      usage: { inputTokens: 0, outputTokens: 0 },
      modelServed: 'gpt',
      attempts: [],
      cache: { status: 'hit', cached: { model: 'gpt', saved: 2_000_000 } },
    });
    await gateway.settled();
    const { rows } = await gateway.store.sums.page({ since: 0, until: Number.MAX_SAFE_INTEGER, after: null });
    expect(rows.map(({ sums }) => sums)).toEqual([
      expect.objectContaining({ requests: 2, inputTokens: 1000, cost: 2_000_000, saved: 2_000_000 }),
    ]);
    const metrics = await (await fetch(`${gateway.url}/metrics`)).text();
    expect(metrics).toContain('llmpolicy_cache_total{outcome="hit"} 1');
    expect(metrics).toContain('llmpolicy_cache_saved_total{model="gpt",currency="USD"} 0.002');
    expect(metrics).toContain('llmpolicy_tokens_total{model="gpt",kind="input"} 1000');
  });

  it('is in the ledger with the entry that it was given to first, and is not mirrored', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'llmpolicy-cache-'));
    const ledger = await openSqliteLedger({ file: join(folder, 'ledger.db') });
    onTestFinished(async () => {
      await ledger.close();
      rmSync(folder, { recursive: true });
    });
    const rules = `${exact}\nmirror 100% on request.id to far`;
    const { gateway, asked } = await serveCached(rules, { ledger });
    for (let count = 0; count < 2; count++) await ask(gateway.url, 'chat/completions', { model: 'gpt', messages });
    await gateway.stopped();
    await gateway.settled();
    const query = { filter: {}, since: 0, until: Number.MAX_SAFE_INTEGER, size: 10, after: null };
    const { entries } = await ledger.page(query);
    const [hit, missed] = entries.filter(({ aside }) => aside === undefined);
    expect(missed).toMatchObject({ cache: 'miss', cost: 2_000_000, modelServed: 'gpt' });
    const cached = { of: missed?.id, model: 'gpt', similarity: '100%', saved: 2_000_000 };
    expect(hit).toMatchObject({
      cache: 'hit',
      cost: 0,
      usage: { inputTokens: 0 },
      modelServed: 'gpt',
      attempts: [],
      cached,
    });
    expect(asked()).toBe(2);
    expect(entries).toHaveLength(3);
  });

  it('is held to limits of requests', async () => {
    const { gateway, asked } = await serveCached(`${exact}\nlimit few 2 req per ever for each caller.key`);
    const answers = [];
    for (let count = 0; count < 3; count++)
      answers.push(await ask(gateway.url, 'chat/completions', { model: 'gpt', messages }));
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 429]);
    expect(asked()).toBe(1);
  });

  it('is no longer given when its time is over', async () => {
    const { gateway, asked } = await serveCached('cache exact ttl 1ms');
    await ask(gateway.url, 'chat/completions', { model: 'gpt', messages });
    await new Promise((resolve) => setTimeout(resolve, 5));
    expect((await ask(gateway.url, 'chat/completions', { model: 'gpt', messages })).cache).toBe('miss');
    expect(asked()).toBe(2);
  });
});

describe('what tells requests apart', () => {
  const body = { model: 'gpt', messages, temperature: 0, tools: [tool('weather')] };
  function tool(name: string) {
    return {
      type: 'function',
      function: { name, parameters: { type: 'object', properties: { a: { type: 'string' } } } },
    };
  }
  const image = (data: string) => [
    { type: 'text', text: 'what is it' },
    { type: 'image_url', image_url: { url: `data:image/png;base64,${data}` } },
  ];

  it.each<[string, object, object]>([
    ['the order of fields', body, { tools: [tool('weather')], temperature: 0, messages, model: 'gpt' }],
    ['fields that are null', body, { ...body, top_p: null }],
    ['what is said unless it is said', body, { ...body, n: 1, stream: false, logprobs: false }],
    ['who asks for whom', body, { ...body, user: 'u1', prompt_cache_key: 'k' }],
  ])('is not %s', async (_what, one, other) => {
    const { gateway } = await serveCached(exact);
    await ask(gateway.url, 'chat/completions', one);
    expect((await ask(gateway.url, 'chat/completions', other)).cache).toBe('hit');
  });

  it.each<[string, object, object]>([
    ['a tool', body, { ...body, tools: [tool('news')] }],
    ['the order of tools', { ...body, tools: [tool('a'), tool('b')] }, { ...body, tools: [tool('b'), tool('a')] }],
    [
      'an image',
      { ...body, messages: [{ role: 'user', content: image('AAAA') }] },
      { ...body, messages: [{ role: 'user', content: image('AAAB') }] },
    ],
    ['the form of the answer', body, { ...body, response_format: { type: 'json_object' } }],
    ['a parameter', body, { ...body, temperature: 0.5 }],
    ['a seed', body, { ...body, seed: 1 }],
    ['the model that is asked for', body, { ...body, model: 'far' }],
    ['a system prompt', body, { ...body, messages: [{ role: 'system', content: 'be kind' }, ...messages] }],
    ['a stream', body, { ...body, stream: true }],
    ['an unknown field', body, { ...body, some_new_thing: 1 }],
  ])('is %s', async (_what, one, other) => {
    const { gateway } = await serveCached(exact);
    await ask(gateway.url, 'chat/completions', one);
    expect((await ask(gateway.url, 'chat/completions', other)).cache).toBe('miss');
  });

  it('is a header that reaches the model', async () => {
    const { gateway } = await serveCached(exact);
    const request = { model: 'claude', max_tokens: 100, messages };
    await ask(gateway.url, 'messages', request, { 'anthropic-beta': 'one' });
    expect((await ask(gateway.url, 'messages', request, { 'anthropic-beta': 'two' })).cache).toBe('miss');
    expect((await ask(gateway.url, 'messages', request, { 'anthropic-beta': 'two' })).cache).toBe('hit');
  });

  it('is what the policy writes into it, and caps', async () => {
    const { gateway } = await serveCached(`${exact}
set temperature = 0.0 when request.data_region == eu
cap output 10 tok when "short" in request.tags`);
    const plain = { model: 'gpt', messages };
    const told = async (headers: Record<string, string>) =>
      (await ask(gateway.url, 'chat/completions', plain, headers)).cache;
    expect(await told({})).toBe('miss');
    expect(await told({ 'x-data-region': 'eu' })).toBe('miss');
    expect(await told({ 'x-llmpolicy-tags': 'short' })).toBe('miss');
    expect(await told({ 'x-data-region': 'eu' })).toBe('hit');
    expect(await told({})).toBe('hit');
  });
});

describe('what is not kept', () => {
  it.each<[string, string, object, Record<string, string>]>([
    ['what the caller keeps out', 'chat/completions', { model: 'gpt', messages }, { 'x-llmpolicy-cache': 'no-store' }],
    ['what the upstream is to remember', 'chat/completions', { model: 'gpt', messages, store: true }, {}],
  ])('is %s', async (_what, path, body, headers) => {
    const { gateway, asked } = await serveCached(exact);
    for (let count = 0; count < 2; count++) expect((await ask(gateway.url, path, body, headers)).cache).toBe('off');
    expect(asked()).toBe(2);
  });

  it('is what has no canonical form, as half a character has none', async () => {
    const { gateway } = await serveCached(exact);
    const body = { model: 'gpt', messages: [{ role: 'user', content: 'a \ud800' }] };
    for (let count = 0; count < 2; count++) {
      const answer = await ask(gateway.url, 'chat/completions', body);
      expect([answer.status, answer.cache]).toEqual([200, 'off']);
    }
  });

  it('is what goes on from another answer', async () => {
    const { gateway, asked } = await serveCached(exact);
    const first = await gateway.client.responses.create({ model: 'gpt', input: 'one' });
    const request = { model: 'gpt', input: 'two', previous_response_id: first.id };
    for (let count = 0; count < 2; count++) expect((await ask(gateway.url, 'responses', request)).cache).toBe('off');
    expect(asked()).toBe(3);
  });

  it('is what a rule turns off, a failure, and an answer larger than the config takes', async () => {
    const say = () => 'word '.repeat(500);
    const { gateway, asked } = await serveCached(`${exact}\ncache off when "phi" in request.tags`, {
      more: 'cache: { max_answer: 1kB }',
      say,
    });
    const phi = await ask(gateway.url, 'chat/completions', { model: 'gpt', messages }, { 'x-llmpolicy-tags': 'phi' });
    expect(phi.cache).toBe('off');
    for (const stream of [false, true]) {
      const request = { model: 'gpt', messages, stream };
      await ask(gateway.url, 'chat/completions', request);
      expect((await ask(gateway.url, 'chat/completions', request)).cache).toBe('miss');
    }
    expect(asked()).toBe(5);
  });

  it('is a stream that breaks off, or that its caller leaves', async () => {
    const { gateway, asked } = await serveCached(exact, { say: () => 'word '.repeat(20_000) });
    const leaving = new AbortController();
    const stream = await gateway.client.chat.completions.create(
      { model: 'gpt', messages, stream: true },
      { signal: leaving.signal },
    );
    for await (const _ of stream) break;
    leaving.abort();
    await gateway.logLines(1);
    expect((await ask(gateway.url, 'chat/completions', { model: 'gpt', messages, stream: true })).cache).toBe('miss');
    expect(asked()).toBe(2);
  });

  it('and with its store away a request is answered as if there were no cache', async () => {
    const { gateway, asked } = await serveCached(exact);
    await gateway.store.close();
    for (let count = 0; count < 2; count++) {
      const answer = await ask(gateway.url, 'chat/completions', { model: 'gpt', messages });
      expect([answer.status, answer.cache]).toEqual([200, 'miss']);
    }
    expect(asked()).toBe(2);
  });
});

describe('constraints and guards', () => {
  it('hold for stored answers: a request that stays in the EU has none from outside it', async () => {
    const { gateway, asked } = await serveCached(`${exact}
deny model when request.data_region == eu and model.region != eu
routes { otherwise use far then gpt }`);
    const request = { model: 'auto', messages };
    const eu = { 'x-data-region': 'eu' };
    const far = await ask(gateway.url, 'chat/completions', request);
    expect(far.headers.get('x-llmpolicy-model')).toBe('far');
    const inside = await ask(gateway.url, 'chat/completions', request, eu);
    expect([inside.cache, inside.headers.get('x-llmpolicy-model')]).toEqual(['miss', 'gpt']);
    // The newest answer is kept; its model is in both plans.
    const either = await ask(gateway.url, 'chat/completions', request);
    expect([either.cache, either.headers.get('x-llmpolicy-model')]).toEqual(['hit', 'gpt']);
    expect(asked()).toBe(2);
  });

  it.each(forms.flatMap(([path, body]) => [false, true].map((stream) => [path, stream, body] as const)))(
    'look at stored answers: a card number of one passes no policy that redacts it (/v1/%s, stream: %s)',
    async (path, stream, body) => {
      const { gateway, asked } = await serveCached(
        `${exact}\nguard pii on output then redact stream window 1kB when request.data_region == eu`,
        {
          more: piiGuard,
          say: () => `your card is ${card} as you know`,
        },
      );
      const request = { ...body, ...(stream && { stream }) };
      const open = await ask(gateway.url, path, request);
      expect(open.text).toContain('4111');
      const redacted = await ask(gateway.url, path, request, { 'x-data-region': 'eu' });
      expect(redacted.cache).toBe('hit');
      expect(redacted.text).toContain('CARD');
      expect(redacted.text).not.toContain('4111');
      expect(asked()).toBe(1);
    },
  );

  it('keep nothing of an answer that is blocked, and block a stored one', async () => {
    const { gateway, asked } = await serveCached(
      `${exact}\nguard words on output then block when request.data_region == eu`,
      {
        more: piiGuard,
        say: () => 'about project-x',
      },
    );
    const request = { model: 'gpt', messages };
    const eu = { 'x-data-region': 'eu' };
    for (let count = 0; count < 2; count++)
      expect((await ask(gateway.url, 'chat/completions', request, eu)).status).toBe(400);
    expect(asked()).toBe(2);
    expect((await ask(gateway.url, 'chat/completions', request)).cache).toBe('miss');
    const stored = await ask(gateway.url, 'chat/completions', request, eu);
    expect([stored.status, stored.cache]).toEqual([400, 'hit']);
    expect(asked()).toBe(3);
  });

  it('keep from the cache what they redact in a request', async () => {
    const { gateway, asked } = await serveCached(`${exact}\nguard pii on input then redact`, { more: piiGuard });
    const request = { model: 'gpt', messages: [{ role: 'user', content: `pay with ${card}` }] };
    for (let count = 0; count < 2; count++)
      expect((await ask(gateway.url, 'chat/completions', request)).cache).toBe('off');
    expect(asked()).toBe(2);
    expect((await ask(gateway.url, 'chat/completions', { model: 'gpt', messages })).cache).toBe('miss');
    expect((await ask(gateway.url, 'chat/completions', { model: 'gpt', messages })).cache).toBe('hit');
  });
});

describe('who shares an answer', () => {
  const keyed = (name: string, team: string) =>
    `{ name: ${name}, team: ${team}, hash: "sha256:${createHash('sha256').update(name).digest('hex')}" }`;
  const keys = `keys: [ ${keyed('ann', 'a')}, ${keyed('bob', 'a')}, ${keyed('cid', 'b')} ]`;
  const askAs = async (
    url: string,
    name: string,
    path = 'chat/completions',
    body: object = { model: 'gpt', messages },
  ) => {
    const { cache, text } = await ask(url, path, body, { authorization: `Bearer ${name}` });
    return { cache, text };
  };

  it('is nobody but its own key where the policy says nothing', async () => {
    const { gateway, asked } = await serveCached('cache exact ttl 1h', { more: keys });
    const texts = new Set<string>();
    for (const name of ['ann', 'bob', 'cid']) {
      const first = await askAs(gateway.url, name);
      expect(first.cache).toBe('miss');
      expect(await askAs(gateway.url, name)).toEqual({ cache: 'hit', text: first.text });
      texts.add(first.text);
    }
    expect([asked(), texts.size]).toEqual([3, 3]);
  });

  it('is nobody else at the same moment either', async () => {
    const { gateway, asked } = await serveCached('cache exact ttl 1h', { more: keys });
    const answers = await Promise.all(
      ['ann', 'bob', 'cid', 'ann', 'bob', 'cid'].map((name) => askAs(gateway.url, name)),
    );
    expect(asked()).toBe(3);
    for (const at of [0, 1, 2]) expect(answers[at + 3]?.text).toBe(answers[at]?.text);
    expect(new Set(answers.map(({ text }) => text)).size).toBe(3);
  });

  it('is a team where the policy says so', async () => {
    const { gateway } = await serveCached(
      'require caller.team is known else reject 403\ncache exact ttl 1h scope caller.team',
      { more: keys },
    );
    expect((await askAs(gateway.url, 'ann')).cache).toBe('miss');
    expect((await askAs(gateway.url, 'bob')).cache).toBe('hit');
    expect((await askAs(gateway.url, 'cid')).cache).toBe('miss');
  });

  it('is nobody else where the answer can be gone on from, whatever the policy says', async () => {
    const { gateway } = await serveCached(exact, { more: keys });
    const body = { model: 'gpt', input: 'how are you' };
    expect((await askAs(gateway.url, 'ann', 'responses', body)).cache).toBe('miss');
    expect((await askAs(gateway.url, 'bob', 'responses', body)).cache).toBe('miss');
    const unkept = { ...body, store: false };
    expect((await askAs(gateway.url, 'ann', 'responses', unkept)).cache).toBe('miss');
    expect((await askAs(gateway.url, 'bob', 'responses', unkept)).cache).toBe('hit');
  });
});

describe('requests that ask the same at once', () => {
  it.each([false, true])('are answered by one call (stream: %s)', async (stream) => {
    const { gateway, asked } = await serveCached(exact);
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => ask(gateway.url, 'chat/completions', { model: 'gpt', messages, stream })),
    );
    expect(asked()).toBe(1);
    expect(new Set(answers.map(({ text }) => text)).size).toBe(1);
    expect(answers.map(({ cache }) => cache).sort()).toEqual([...Array<string>(19).fill('hit'), 'miss']);
  });

  it('go by themselves where the first one fails', async () => {
    const { promise: held, resolve: answer } = Promise.withResolvers<void>();
    const { gateway, asked } = await serveCached(`${exact}\nguard words on output then block`, {
      more: piiGuard,
      say: (_call, number) => (number === 1 ? 'about project-x' : 'fine'),
      held,
    });
    const asking = Array.from({ length: 5 }, () => ask(gateway.url, 'chat/completions', { model: 'gpt', messages }));
    await until('the first to be asked, and all to run', () => {
      return (asked() === 1 && gateway.gate.running === 5) || undefined;
    });
    // What runs needs some turns until it waits for the first.
    for (let turn = 0; turn < 20; turn++) await (await fetch(`${gateway.url}/healthz`)).text();
    answer();
    const answers = await Promise.all(asking);
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 200, 200, 200, 400]);
    expect(asked()).toBe(5);
  });

  it('wait in vain for one whose caller leaves, and are answered all the same', async () => {
    const { gateway, asked } = await serveCached(exact, { say: () => 'word '.repeat(2_000) });
    const leaving = new AbortController();
    const left = fetch(`${gateway.url}/v1/chat/completions`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ model: 'gpt', messages, stream: true }),
      signal: leaving.signal,
    });
    await left;
    const followers = [1, 2].map(() => ask(gateway.url, 'chat/completions', { model: 'gpt', messages, stream: true }));
    leaving.abort();
    for (const { status } of await Promise.all(followers)) expect(status).toBe(200);
    expect(asked()).toBeGreaterThan(1);
  });
});
