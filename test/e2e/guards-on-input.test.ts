import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { openSqliteLedger } from '../../src/ledger/sqlite/ledger.ts';
import { startUpstream } from './answering-upstream.ts';
import { card, inventoryOf, piiGuard, serveGuarded } from './guarded-gateway.ts';

const digits = card.replaceAll(' ', '');

type Gateway = Awaited<ReturnType<typeof serveGuarded>>;
const tool = { name: 'pay', parameters: { type: 'object', properties: { card: { type: 'string' } } } };

/** Where a caller can put a text, in each API; asked of models that take the API as it is, and of one that does not. */
const places: readonly (readonly [string, (gateway: Gateway, model: string) => Promise<unknown>])[] = [
  [
    'a message of a chat',
    ({ client }, model) =>
      client.chat.completions.create({ model, messages: [{ role: 'user', content: `pay ${card}` }] }),
  ],
  [
    'a part of a message of a chat',
    ({ client }, model) =>
      client.chat.completions.create({ model, messages: [{ role: 'user', content: [{ type: 'text', text: card }] }] }),
  ],
  [
    'a system prompt of a chat',
    ({ client }, model) =>
      client.chat.completions.create({
        model,
        messages: [
          { role: 'system', content: card },
          { role: 'user', content: 'go' },
        ],
      }),
  ],
  [
    'the arguments of a call in a chat',
    ({ client }, model) =>
      client.chat.completions.create({
        model,
        messages: [
          { role: 'user', content: 'go' },
          {
            role: 'assistant',
            content: null,
            tool_calls: [{ id: 'c1', type: 'function', function: { name: 'pay', arguments: `{"card":${digits}}` } }],
          },
          { role: 'tool', tool_call_id: 'c1', content: 'done' },
        ],
        tools: [{ type: 'function', function: tool }],
      }),
  ],
  [
    'the result of a tool in a chat, escaped',
    ({ client }, model) =>
      client.chat.completions.create({
        model,
        messages: [
          { role: 'user', content: 'go' },
          {
            role: 'assistant',
            content: null,
            tool_calls: [{ id: 'c1', type: 'function', function: { name: 'pay', arguments: '{}' } }],
          },
          { role: 'tool', tool_call_id: 'c1', content: `{"card":"\\u0034${digits.slice(1)}"}` },
        ],
        tools: [{ type: 'function', function: tool }],
      }),
  ],
  [
    'what a tool is said to do',
    ({ client }, model) =>
      client.chat.completions.create({
        model,
        messages: [{ role: 'user', content: 'go' }],
        tools: [{ type: 'function', function: { ...tool, description: `pays with ${card}` } }],
      }),
  ],
  ['the input of a response', ({ client }, model) => client.responses.create({ model, input: card })],
  [
    'the instructions of a response',
    ({ client }, model) => client.responses.create({ model, input: 'go', instructions: card }),
  ],
  [
    'the result of a tool in a response',
    ({ client }, model) =>
      client.responses.create({
        model,
        input: [
          { type: 'message', role: 'user', content: 'go' },
          { type: 'function_call', call_id: 'c1', name: 'pay', arguments: `{"card":"${card}"}` },
          { type: 'function_call_output', call_id: 'c1', output: card },
        ],
      }),
  ],
  [
    'a message',
    ({ anthropic }, model) =>
      anthropic.messages.create({ model, max_tokens: 10, messages: [{ role: 'user', content: card }] }),
  ],
  [
    'a system prompt of messages',
    ({ anthropic }, model) =>
      anthropic.messages.create({
        model,
        max_tokens: 10,
        system: [{ type: 'text', text: card }],
        messages: [{ role: 'user', content: 'go' }],
      }),
  ],
  [
    'the input and the result of a tool in messages',
    ({ anthropic }, model) =>
      anthropic.messages.create({
        model,
        max_tokens: 10,
        messages: [
          { role: 'user', content: 'go' },
          {
            role: 'assistant',
            content: [{ type: 'tool_use', id: 't1', name: 'pay', input: { card: Number(digits) } }],
          },
          {
            role: 'user',
            content: [{ type: 'tool_result', tool_use_id: 't1', content: [{ type: 'text', text: card }] }],
          },
        ],
      }),
  ],
];

describe('a card number that the policy redacts', () => {
  describe.each(['gpt', 'claude'])('of a request to %s', (model) => {
    it.each(places)('never leaves in %s', async (_place, ask) => {
      const upstream = await startUpstream();
      const gateway = await serveGuarded(inventoryOf(upstream.origin, piiGuard), 'guard pii on input then redact');
      await ask(gateway, model);
      expect(upstream.sent()).toContain('[CARD_1_');
      expect(upstream.sent()).not.toContain(card);
      expect(upstream.sent()).not.toContain(digits.slice(1));
    });
  });

  it('never leaves in a document, of a request to a model that takes documents', async () => {
    const upstream = await startUpstream();
    const { anthropic } = await serveGuarded(inventoryOf(upstream.origin, piiGuard), 'guard pii on input then redact');
    const source = { type: 'text', media_type: 'text/plain', data: card } as const;
    const content = [{ type: 'document', source, title: card } as const, { type: 'text', text: 'go' } as const];
    await anthropic.messages.create({ model: 'claude', max_tokens: 10, messages: [{ role: 'user', content }] });
    expect(upstream.sent()).toContain('[CARD_1_');
    expect(upstream.sent()).not.toContain(card);
  });

  it('never leaves in what is to be embedded, and tokens that nobody can read do not either', async () => {
    const upstream = await startUpstream();
    const { client } = await serveGuarded(inventoryOf(upstream.origin, piiGuard), 'guard pii on input then redact');
    await client.embeddings.create({ model: 'vectors', input: ['a', card] });
    expect(upstream.sent()).not.toContain(card);
    await expect(client.embeddings.create({ model: 'vectors', input: [1, 2, 3] })).rejects.toMatchObject({
      status: 400,
      code: 'guard_blocked',
    });
  });

  it('is not sent to be counted', async () => {
    const upstream = await startUpstream();
    const { anthropic } = await serveGuarded(inventoryOf(upstream.origin, piiGuard), 'guard pii on input then redact');
    await anthropic.messages.countTokens({ model: 'claude', messages: [{ role: 'user', content: card }] });
    expect(upstream.sent()).toBe('');
  });
});

describe('a word that the policy redacts', () => {
  it('blocks the whole request where it is the name of a tool, and says why', async () => {
    const upstream = await startUpstream();
    const rules = 'guard words on input then redact\nroutes { otherwise use gpt then far }';
    const { client } = await serveGuarded(inventoryOf(upstream.origin, piiGuard), rules);
    const asked = client.chat.completions.create({
      model: 'gpt',
      messages: [{ role: 'user', content: 'go' }],
      tools: [{ type: 'function', function: { ...tool, name: 'project-x' } }],
    });
    await expect(asked).rejects.toMatchObject({ status: 400, code: 'guard_blocked' });
    await expect(asked).rejects.toThrow('`word-1`, in a name');
    expect(upstream.sent()).toBe('');
  });

  it('is redacted in a file and in what is said beside the conversation', async () => {
    const upstream = await startUpstream();
    const inventory = inventoryOf(upstream.origin, piiGuard).replace(
      'vision: true',
      'vision: true, abilities: { files: true }',
    );
    const { client } = await serveGuarded(inventory, 'guard words on input then redact');
    const data = `data:text/plain;base64,${Buffer.from('of Project-X').toString('base64')}`;
    await client.chat.completions.create({
      model: 'gpt',
      messages: [{ role: 'user', content: [{ type: 'file', file: { filename: 'project-x.txt', file_data: data } }] }],
      metadata: { about: 'project-x' },
      user: 'project-x',
    });
    const { metadata, user, messages } = JSON.parse(upstream.sent());
    const { filename, file_data: sent } = messages[0].content[0].file;
    for (const text of [metadata.about, user, filename]) expect(text).toMatch(/^\[KEYWORD_[0-9]_\w+\]/);
    expect(Buffer.from(sent.split(',')[1], 'base64').toString()).toMatch(/^of \[KEYWORD_[0-9]_\w+\]$/);
  });
});

describe('what no guard can read', () => {
  it('is refused where the policy says so', async () => {
    const upstream = await startUpstream();
    const rule = 'deny request when request.has_images or request.has_audio or request.has_files';
    const { client } = await serveGuarded(inventoryOf(upstream.origin, piiGuard), rule);
    const image = { type: 'image_url', image_url: { url: 'data:image/png;base64,AAAA' } } as const;
    const sound = { type: 'input_audio', input_audio: { data: 'AAAA', format: 'wav' } } as const;
    const file = { type: 'file', file: { filename: 'a.pdf', file_data: 'data:application/pdf;base64,AAAA' } } as const;
    for (const part of [image, sound, file]) {
      const asked = client.chat.completions.create({ model: 'gpt', messages: [{ role: 'user', content: [part] }] });
      await expect(asked).rejects.toMatchObject({ status: 403 });
    }
    expect(upstream.sent()).toBe('');
  });
});

describe('a ledger that keeps the bodies of requests', () => {
  const ask = async (rules: string) => {
    const { origin } = await startUpstream();
    const folder = mkdtempSync(join(tmpdir(), 'llmpolicy-guarded-'));
    const ledger = await openSqliteLedger({ file: join(folder, 'ledger.db') });
    onTestFinished(async () => {
      await ledger.close();
      rmSync(folder, { recursive: true });
    });
    const inventory = inventoryOf(origin, `${piiGuard}\nledger: { url: "off", content: true }`);
    const gateway = await serveGuarded(inventory, rules, ledger);
    const asked = gateway.client.chat.completions.create({ model: 'gpt', messages: [{ role: 'user', content: card }] });
    await asked.catch(() => undefined);
    await gateway.settled();
    const { entries } = await ledger.page({
      filter: {},
      since: 0,
      until: Number.MAX_SAFE_INTEGER,
      size: 10,
      after: null,
    });
    return entries[0];
  };

  it('keeps them as they were let through', async () => {
    const entry = await ask('guard pii on input then redact');
    expect(JSON.stringify(entry?.content)).toContain('[CARD_1_');
    expect(JSON.stringify(entry)).not.toContain(card);
    expect(entry?.guards).toEqual([
      { guard: 'pii', action: 'redact', outcome: 'found', rule: 'card', count: 1, point: 'input', shadow: false },
    ]);
  });

  it('keeps none of what was blocked', async () => {
    const entry = await ask('guard pii on input then block');
    expect(entry).toMatchObject({ state: 'rejected', error: 'guard_blocked' });
    expect(entry).not.toHaveProperty('content');
  });

  it('keeps what nobody was to change', async () => {
    expect(JSON.stringify((await ask('guard pii on input then observe'))?.content)).toContain(card);
  });
});

describe('a guard on input that blocks', () => {
  it('answers in the shape of the API, with the guard and its rule, and calls nobody', async () => {
    const upstream = await startUpstream();
    const { client, anthropic, logLines } = await serveGuarded(
      inventoryOf(upstream.origin, piiGuard),
      'guard pii on input then block',
    );
    const asked = client.chat.completions.create({ model: 'gpt', messages: [{ role: 'user', content: card }] });
    await expect(asked).rejects.toMatchObject({
      status: 400,
      code: 'guard_blocked',
      message: expect.stringMatching(/`pii`.*`card`/),
    });
    const message = anthropic.messages.create({
      model: 'gpt',
      max_tokens: 1,
      messages: [{ role: 'user', content: card }],
    });
    await expect(message).rejects.toMatchObject({
      status: 400,
      error: { type: 'error', error: { code: 'guard_blocked' } },
    });
    expect(upstream.sent()).toBe('');
    const [entry] = await logLines(2);
    expect(entry).toMatchObject({
      outcome: 'rejected',
      error: 'guard_blocked',
      guards: [{ guard: 'pii', point: 'input', action: 'block', rule: 'card', count: 1 }],
    });
    expect(JSON.stringify(entry)).not.toContain('4111');
  });

  it('of one model keeps the request from that model alone', async () => {
    const upstream = await startUpstream();
    const rules = `guard pii on input then block when model.region != eu
      routes { otherwise use far then gpt }`;
    const { client, logLines } = await serveGuarded(inventoryOf(upstream.origin, piiGuard), rules);
    const { model } = await client.chat.completions.create({
      model: 'auto',
      messages: [{ role: 'user', content: card }],
    });
    expect(model).toBe('m');
    expect(upstream.sent()).toContain('up-gpt');
    expect(upstream.sent()).toContain(card);
    expect(upstream.sent()).not.toContain('up-far');
    const [entry] = await logLines(1);
    expect(entry).toMatchObject({ modelServed: 'gpt' });
  });

  it('and redacts for another model sends each what it may see', async () => {
    const upstream = await startUpstream();
    const rules = `guard pii on input then redact when model.region != eu
      routes { otherwise use far }`;
    const { client } = await serveGuarded(inventoryOf(upstream.origin, piiGuard), rules);
    await client.chat.completions.create({ model: 'auto', messages: [{ role: 'user', content: card }] });
    expect(upstream.sent()).not.toContain(card);
  });

  it('in the shadow only observes, and says so', async () => {
    const upstream = await startUpstream();
    const { client, logLines } = await serveGuarded(
      inventoryOf(upstream.origin, piiGuard),
      '@mode(shadow) guard pii on both then block',
    );
    await client.chat.completions.create({ model: 'gpt', messages: [{ role: 'user', content: card }] });
    expect(upstream.sent()).toContain(card);
    const [entry] = await logLines(1);
    expect(entry).toMatchObject({
      outcome: 'served',
      guards: [{ guard: 'pii', action: 'observe', shadow: true, count: 1 }],
    });
  });
});
