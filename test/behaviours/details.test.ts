import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { isJsonObject, type JsonObject } from '../../src/protocol/json.ts';
import { behaviours, toolSchema } from './behaviours.ts';
import { type Cells, openCells } from './cells.ts';

let cells: Cells;
beforeAll(async () => {
  cells = await openCells();
});
afterAll(() => cells.close());
beforeEach(() => {
  cells.tap.calls.length = 0;
});

const paths = { chat: '/v1/chat/completions', responses: '/v1/responses', messages: '/v1/messages' } as const;
type Surface = keyof typeof paths;

function post(surface: Surface, body: object): Promise<Response> {
  return fetch(`${cells.url}${paths[surface]}`, { method: 'POST', body: JSON.stringify(body) });
}

/** What the upstream was sent for a body, read from the raw bytes. */
async function sentFor(surface: Surface, body: object): Promise<JsonObject> {
  const response = await post(surface, body);
  expect(response.status, await response.clone().text()).toBe(200);
  const sent: unknown = JSON.parse(cells.tap.calls[0]?.body.toString() ?? '');
  if (!isJsonObject(sent)) throw new Error('no JSON object was sent');
  return sent;
}

const hello = 'say hello';
const png = behaviours.find(({ image }) => image)?.image ?? '';
const chatTools = [{ type: 'function', function: { name: 'weather', parameters: toolSchema } }];
const user = { role: 'user', content: hello };
const chat = (model: string, more: object = {}) => ({ model, max_tokens: 4000, messages: [user], ...more });

describe('a conversation', () => {
  const messages = [
    { role: 'developer', content: 'first' },
    { role: 'user', content: 'hi' },
    { role: 'assistant', content: 'hello' },
    { role: 'system', content: 'second' },
    user,
  ];

  it.each([
    ['claude', { system: [{ text: 'first' }, { text: 'second' }] }],
    ['gemini', { systemInstruction: { parts: [{ text: 'first' }, { text: 'second' }] } }],
    ['bedrock', { system: [{ text: 'first' }, { text: 'second' }] }],
  ])('has its system messages first for %s', async (model, expected) => {
    expect(await sentFor('chat', { model, messages })).toMatchObject(expected);
  });

  it('keeps its order for OpenAI', async () => {
    const system = [{ type: 'text', text: 'first' }];
    const content = [{ role: 'user', content: 'hi' }, { role: 'assistant', content: 'hello' }, user];
    const { input } = await sentFor('messages', { model: 'gpt', max_tokens: 10, system, messages: content });
    expect(input).toMatchObject([{ role: 'developer' }, { role: 'user' }, { role: 'assistant' }, { role: 'user' }]);
  });
});

describe('tools', () => {
  it.each([
    ['claude', { tool_choice: { type: 'tool', name: 'weather' } }],
    ['gemini', { toolConfig: { functionCallingConfig: { mode: 'ANY', allowedFunctionNames: ['weather'] } } }],
    ['bedrock', { toolConfig: { toolChoice: { tool: { name: 'weather' } } } }],
  ])('can be named to %s', async (model, expected) => {
    const choice = { type: 'function', function: { name: 'weather' } };
    expect(await sentFor('chat', chat(model, { tools: chatTools, tool_choice: choice }))).toMatchObject(expected);
  });

  it('are called one at a time where the caller wants it so', async () => {
    const serial = chat('claude', { tools: chatTools, parallel_tool_calls: false });
    expect(await sentFor('chat', serial)).toMatchObject({ tool_choice: { disable_parallel_tool_use: true } });
    cells.tap.calls.length = 0;
    const tools = [{ name: 'weather', input_schema: toolSchema }];
    const choice = { type: 'auto', disable_parallel_tool_use: true };
    const asked = { model: 'gpt', max_tokens: 10, messages: [user], tools, tool_choice: choice };
    expect(await sentFor('messages', asked)).toMatchObject({ parallel_tool_calls: false, tool_choice: 'auto' });
  });

  it('give pictures and errors as results', async () => {
    const image = { type: 'image', source: { type: 'base64', media_type: 'image/png', data: png } };
    const call = { type: 'tool_use', id: 't1', name: 'weather', input: { city: 'Rome' } };
    const failed = { ...call, id: 't2' };
    const results = [
      { type: 'tool_result', tool_use_id: 't1', content: [{ type: 'text', text: 'see' }, image] },
      { type: 'tool_result', tool_use_id: 't2', content: 'no such city', is_error: true },
    ];
    const messages = [
      { role: 'user', content: 'hi' },
      { role: 'assistant', content: [call, failed] },
      { role: 'user', content: [...results, { type: 'text', text: hello }] },
    ];
    const sent = await sentFor('messages', { model: 'bedrock', max_tokens: 10, messages });
    // It takes calls only of tools that are described; the caller described none.
    expect(sent['toolConfig']).toMatchObject({ tools: [{ toolSpec: { name: 'weather' } }] });
    expect(sent['messages']).toMatchObject([
      { role: 'user' },
      { role: 'assistant', content: [{ toolUse: { toolUseId: 't1' } }, { toolUse: { toolUseId: 't2' } }] },
      {
        role: 'user',
        content: [
          { toolResult: { toolUseId: 't1', content: [{ text: 'see' }, { image: { source: { bytes: png } } }] } },
          { toolResult: { toolUseId: 't2', content: [{ text: 'no such city' }] } },
          { text: hello },
        ],
      },
    ]);
  });
});

describe('how an answer is wanted', () => {
  it('ends where the caller says', async () => {
    expect(await sentFor('chat', chat('claude', { stop: ['END'] }))).toMatchObject({ stop_sequences: ['END'] });
    cells.tap.calls.length = 0;
    const asked = { model: 'gpt', max_tokens: 10, messages: [user], stop_sequences: ['END'] };
    expect(await sentFor('messages', asked)).toMatchObject({ stop: ['END'], messages: [user] });
  });

  it.each([
    ['gemini', { generationConfig: { responseMimeType: 'application/json' } }],
    ['claude', { system: [{ text: expect.stringContaining('JSON') }] }],
    ['bedrock', { system: [{ text: expect.stringContaining('JSON') }] }],
  ])('is JSON without a schema, from %s', async (model, expected) => {
    const asked = chat(model, { response_format: { type: 'json_object' } });
    expect(await sentFor('chat', asked)).toMatchObject(expected);
  });

  it('samples as the caller says, and tells what is not known', async () => {
    const sampling = { temperature: 0.5, top_p: 0.9, seed: 7, metadata: { a: 'b' } };
    const response = await post('chat', chat('gemini', sampling));
    expect(response.headers.get('x-llmpolicy-lost')).toBe('metadata');
    expect(JSON.parse(cells.tap.calls[0]?.body.toString() ?? '')).toMatchObject({
      generationConfig: { temperature: 0.5, topP: 0.9, seed: 7 },
    });
    for (const stream of [false, true]) {
      const lost = (await post('chat', chat('bedrock', { ...sampling, stream }))).headers.get('x-llmpolicy-lost');
      expect(lost?.split(', ').sort()).toEqual(['metadata', 'seed']);
    }
  });

  it('thinks within the caller’s limit', async () => {
    for (const model of ['claude', 'bedrock']) {
      cells.tap.calls.length = 0;
      const text = JSON.stringify(await sentFor('chat', chat(model, { reasoning_effort: 'high' })));
      expect(text).toMatch(/"max_?[tT]okens":4000/);
      expect(text).toContain('"budget_tokens":3200');
    }
    cells.tap.calls.length = 0;
    const sent = await sentFor('chat', { ...chat('claude', { reasoning_effort: 'high' }), max_tokens: 1000 });
    expect(sent).toMatchObject({ max_tokens: 1000 });
    expect(sent).not.toHaveProperty('thinking');
  });

  it('thinks as many tokens as Anthropic’s callers say', async () => {
    const thinking = { type: 'enabled', budget_tokens: 2048 };
    const asked = { model: 'gemini', max_tokens: 4000, messages: [user], thinking };
    const config = { thinkingConfig: { thinkingBudget: 2048, includeThoughts: true } };
    expect(await sentFor('messages', asked)).toMatchObject({ generationConfig: config });
    cells.tap.calls.length = 0;
    expect(await sentFor('messages', { ...asked, model: 'bedrock' })).toMatchObject({
      inferenceConfig: { maxTokens: 4000 },
      additionalModelRequestFields: { thinking: { type: 'enabled', budget_tokens: 2048 } },
    });
    cells.tap.calls.length = 0;
    expect(await sentFor('messages', { ...asked, model: 'gpt' })).toMatchObject({ reasoning: { effort: 'low' } });
  });
});

describe('marks of what may be cached', () => {
  const marker = { cache_control: { type: 'ephemeral', ttl: '1h' } };
  const marked = [{ role: 'system', content: [{ type: 'text', text: 'long', ...marker }] }, user];

  it('reach Anthropic and Bedrock from chat completions', async () => {
    const tools = [{ ...chatTools[0], ...marker }];
    const toClaude = await sentFor('chat', { ...chat('claude', { tools }), messages: marked });
    expect(toClaude).toMatchObject({ system: [{ text: 'long', ...marker }], tools: [marker] });
    cells.tap.calls.length = 0;
    const toBedrock = await sentFor('chat', { ...chat('bedrock'), messages: marked });
    expect(toBedrock['system']).toEqual([{ text: 'long' }, { cachePoint: { type: 'default', ttl: '1h' } }]);
  });

  it('reach Bedrock and OpenAI from messages', async () => {
    const content = [{ type: 'text', text: hello, ...marker }];
    const asked = { model: 'bedrock', max_tokens: 10, messages: [{ role: 'user', content }] };
    const toBedrock = await sentFor('messages', asked);
    expect(JSON.stringify(toBedrock)).toContain('{"cachePoint":{"type":"default","ttl":"1h"}}');
    cells.tap.calls.length = 0;
    const toOpenAi = await sentFor('messages', { ...asked, model: 'gpt' });
    expect(toOpenAi['input']).toMatchObject([{ content: [{ prompt_cache_breakpoint: { mode: 'explicit' } }] }]);
  });
});

describe('files', () => {
  const pdf = 'JVBERi0xLjQK';
  const url = 'https://elsewhere.example/picture.png';
  const withImage = [
    {
      role: 'user',
      content: [
        { type: 'image_url', image_url: { url } },
        { type: 'text', text: hello },
      ],
    },
  ];

  it.each([
    ['claude', { type: 'document', source: { type: 'base64', media_type: 'application/pdf', data: pdf } }],
    ['bedrock', { document: { format: 'pdf', source: { bytes: pdf } } }],
  ])('reach %s', async (model, expected) => {
    const file = { type: 'file', file: { filename: 'a.pdf', file_data: `data:application/pdf;base64,${pdf}` } };
    const messages = [{ role: 'user', content: [file, { type: 'text', text: hello }] }];
    const sent = await sentFor('chat', { ...chat(model), messages });
    expect(sent['messages']).toMatchObject([{ content: [expected, {}] }]);
  });

  it('elsewhere are named to those who fetch them themselves', async () => {
    const sent = await sentFor('chat', { ...chat('claude'), messages: withImage });
    expect(sent['messages']).toMatchObject([{ content: [{ type: 'image', source: { type: 'url', url } }, {}] }]);
  });

  it.each(['gemini', 'bedrock'])('elsewhere are fetched for nobody: %s is not asked', async (model) => {
    const response = await post('chat', { ...chat(model), messages: withImage });
    expect(response.status).toBe(403);
    expect(await response.text()).toContain('no-model-left');
    expect(cells.tap.calls).toEqual([]);
  });
});

it('gives back to a model what came with its reasoning', async () => {
  const signed = {
    type: 'thinking',
    thinking: 'hm',
    signature: JSON.stringify({ google: { thoughtSignature: 'c2ln' } }),
  };
  const messages = [
    { role: 'user', content: 'hi' },
    { role: 'assistant', content: [signed, { type: 'text', text: 'hello' }] },
    user,
  ];
  const sent = await sentFor('messages', { model: 'gemini', max_tokens: 10, messages });
  expect(sent['contents']).toMatchObject([
    {},
    { role: 'model', parts: [{ text: 'hm', thought: true, thoughtSignature: 'c2ln' }, { text: 'hello' }] },
    {},
  ]);
});

it('refuses what it cannot say, and says what it is', async () => {
  const response = await post('chat', chat('claude', { temperature: 'warm' }));
  expect(response.status).toBe(400);
  expect(await response.json()).toMatchObject({ error: { message: expect.stringContaining('temperature') } });
});
