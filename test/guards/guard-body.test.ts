import { afterAll, describe, expect, it } from 'vitest';
import type { ActiveGuard } from '../../src/guards/guard.ts';
import { guardBody } from '../../src/guards/guard-body.ts';
import type { SurfaceName } from '../../src/protocol/api-request.ts';
import type { JsonObject } from '../../src/protocol/json.ts';
import { surfaces } from '../../src/protocol/surfaces.ts';
import { active, inspectorOf, requestOf } from './guard-config.ts';

const inspector = inspectorOf(`
  pii: { kind: pii }
  words: { kind: keywords, words: [ project-x ] }
  schema: { kind: json-schema, schema: { type: object } }
  short: { kind: length, max: 20 }
`);
afterAll(() => inspector.close());

const card = '4111111111111111';
const base64 = (text: string) => Buffer.from(text).toString('base64');
const dataUrl = (type: string, text: string) => `data:${type};base64,${base64(text)}`;

async function guarded(surface: SurfaceName, body: JsonObject, guards: readonly ActiveGuard[]) {
  const slots = surfaces[surface].texts.request(body);
  return guardBody(body, slots, 'input', guards, requestOf(inspector));
}

const say = (...content: readonly JsonObject[]): JsonObject => ({ messages: [{ role: 'user', content }] });
const ask = (...content: readonly JsonObject[]): JsonObject => ({ input: [{ role: 'user', content }] });
const tool = (parameters: JsonObject, name = 'pay') => ({ name, description: 'pays', parameters });

/** What a body says beside its conversation, each as an API has it. */
const beside: readonly (readonly [string, SurfaceName, JsonObject])[] = [
  ['metadata of a chat', 'chat', { metadata: { name: card } }],
  ['the user of a chat', 'chat', { user: `u ${card}` }],
  ['the cache key of a chat', 'chat', { prompt_cache_key: card }],
  ['a stop sequence of a chat', 'chat', { stop: ['\n', card] }],
  ['a field of a chat that nobody knows', 'chat', { vendor: { deep: [{ type: card }] } }],
  [
    'what a format of a chat is said to be',
    'chat',
    { response_format: { json_schema: { name: 'f', description: card } } },
  ],
  ['metadata of a response', 'responses', { metadata: { id: card } }],
  ['the user of a response', 'responses', { safety_identifier: card }],
  ['what a format of a response is said to be', 'responses', { text: { format: { name: 'f', description: card } } }],
  ['the user of messages', 'messages', { metadata: { user_id: card } }],
  ['a stop sequence of messages', 'messages', { stop_sequences: [card] }],
  ['the user of embeddings', 'embeddings', { input: 'a', user: card }],
];

describe('what a caller says beside the conversation', () => {
  it.each(beside)('is redacted: %s', async (_place, surface, body) => {
    const { body: sent, blocked } = await guarded(surface, body, [active(inspector, 'pii', 'redact')]);
    expect(blocked).toBeNull();
    expect(JSON.stringify(sent)).toContain('[CARD_1_n0nce]');
    expect(JSON.stringify(sent)).not.toContain(card);
  });

  it('is judged by no guard that judges what is said', async () => {
    const body = { messages: [{ role: 'user', content: '{}' }], user: 'not json, and longer than twenty' };
    const guards = [active(inspector, 'schema', 'block'), active(inspector, 'short', 'block')];
    expect((await guarded('chat', body, guards)).blocked).toBeNull();
    const said = { ...body, messages: [{ role: 'user', content: body.user }] };
    expect((await guarded('chat', said, guards)).blocked).toEqual({ guard: 'schema', rule: 'not-json' });
  });
});

/** Where a name stands, or what is used as one. */
const names: readonly (readonly [string, SurfaceName, JsonObject])[] = [
  ['of a tool of a chat', 'chat', { tools: [{ type: 'function', function: tool({}, 'project-x') }] }],
  ['of a function', 'chat', { functions: [tool({}, 'project-x')] }],
  [
    'of a parameter',
    'chat',
    { tools: [{ type: 'function', function: tool({ properties: { 'project-x': { type: 'string' } } }) }] },
  ],
  [
    'of a parameter that is called like a field',
    'chat',
    { tools: [{ function: tool({ properties: { type: { enum: ['project-x'] } } }) }] },
  ],
  ['in an enum', 'chat', { tools: [{ function: tool({ $defs: { a: { enum: ['a', 'project-x'] } } }) }] }],
  ['of a format', 'chat', { response_format: { json_schema: { name: 'project-x' } } }],
  ['of a tool that is wanted', 'chat', { tool_choice: { type: 'function', function: { name: 'project-x' } } }],
  [
    'of a tool that was called',
    'chat',
    { messages: [{ role: 'assistant', tool_calls: [{ function: { name: 'project-x' } }] }] },
  ],
  ['of metadata', 'chat', { metadata: { 'project-x': 'a' } }],
  ['of a tool of a response', 'responses', { tools: [{ type: 'function', ...tool({}, 'project-x') }] }],
  ['of the server of a tool', 'responses', { tools: [{ type: 'mcp', server_label: 'project-x' }] }],
  ['of a call in a response', 'responses', { input: [{ type: 'function_call', name: 'project-x', arguments: '{}' }] }],
  ['of a tool of messages', 'messages', { tools: [{ name: 'project-x', input_schema: {} }] }],
  ['of a server of messages', 'messages', { mcp_servers: [{ name: 'project-x' }] }],
  [
    'of a call in messages',
    'messages',
    { messages: [{ role: 'assistant', content: [{ type: 'tool_use', name: 'project-x', input: {} }] }] },
  ],
];

describe('a name', () => {
  it.each(names)('cannot be redacted, so it is blocked: %s', async (_place, surface, body) => {
    const outcome = await guarded(surface, body, [active(inspector, 'words', 'redact')]);
    expect(outcome.blocked).toEqual({ guard: 'words', rule: 'word-1', inName: true });
    expect(outcome.reports).toMatchObject([{ guard: 'words', action: 'block', count: 1 }]);
  });

  it.each(names)('is only observed where the guard observes: %s', async (_place, surface, body) => {
    const outcome = await guarded(surface, body, [active(inspector, 'words', 'observe')]);
    expect(outcome).toMatchObject({ body, blocked: null, reports: [{ outcome: 'found' }] });
  });

  it('is none where an API says its own word, or how a provider logs in', async () => {
    const body = {
      tools: [{ type: 'project-x', headers: { a: 'project-x' }, authorization: 'project-x', format: 'project-x' }],
    };
    expect((await guarded('responses', body, [active(inspector, 'words', 'redact')])).blocked).toBeNull();
  });
});

const csv = `name,card\nJo,${card}\n`;

/** Files of text, as each API takes them. */
const files: readonly (readonly [string, SurfaceName, (text: string) => JsonObject])[] = [
  [
    'of a chat',
    'chat',
    (text) => say({ type: 'file', file: { filename: 'a.csv', file_data: dataUrl('text/csv', text) } }),
  ],
  [
    'known by its ending',
    'chat',
    (text) => say({ type: 'file', file: { filename: 'a.csv', file_data: base64(text) } }),
  ],
  [
    'of a response',
    'responses',
    (text) => ask({ type: 'input_file', filename: 'a', file_data: dataUrl('text/plain;charset=utf-8', text) }),
  ],
  [
    'of messages',
    'messages',
    (text) => say({ type: 'document', source: { type: 'base64', media_type: 'text/plain', data: base64(text) } }),
  ],
];
const sentText = (body: JsonObject): string => {
  const [, found = ''] = /"(?:file_data|data)":"(?:data:[^"]*?base64,)?([^"]*)"/.exec(JSON.stringify(body)) ?? [];
  return Buffer.from(found, 'base64').toString();
};

describe('a file of text', () => {
  it.each(files)('is read and redacted: %s', async (_file, surface, fileOf) => {
    const { body } = await guarded(surface, fileOf(csv), [active(inspector, 'pii', 'redact')]);
    expect(sentText(body)).toBe('name,card\nJo,[CARD_1_n0nce]\n');
  });

  it.each(files)('is sent as it came where nothing is found: %s', async (_file, surface, fileOf) => {
    const body = fileOf('name,card\n');
    expect((await guarded(surface, body, [active(inspector, 'pii', 'redact')])).body).toBe(body);
  });

  it('stays JSON', async () => {
    const file = { filename: 'a.json', file_data: dataUrl('application/json', `{"card":${card}}`) };
    const { body } = await guarded('chat', say({ type: 'file', file }), [active(inspector, 'pii', 'redact')]);
    expect(JSON.parse(sentText(body))).toEqual({ card: '[CARD_1_n0nce]' });
  });

  it('that is none, in an encoding that is not known, cannot be told', async () => {
    const file = {
      filename: 'a.txt',
      file_data: `data:text/plain;base64,${Buffer.from([0xff, 0xfe, 0x41]).toString('base64')}`,
    };
    const { blocked } = await guarded('chat', say({ type: 'file', file }), [active(inspector, 'pii', 'redact')]);
    expect(blocked).toEqual({ guard: 'pii', rule: 'failed' });
  });

  it('is not an image or a PDF, which pass unread', async () => {
    const body = say(
      { type: 'image_url', image_url: { url: dataUrl('image/png', card) } },
      { type: 'file', file: { filename: 'a.pdf', file_data: dataUrl('application/pdf', card) } },
    );
    expect((await guarded('chat', body, [active(inspector, 'pii', 'block')])).blocked).toBeNull();
  });
});

describe('a text that begins as bytes would', () => {
  it.each(['data:image/png;base64,', 'data:text/plain;base64,AAAA '])('is read: %s…', async (head) => {
    const body = say({ type: 'text', text: `${head}\nmy card is ${card}` });
    expect((await guarded('chat', body, [active(inspector, 'pii', 'block')])).blocked).not.toBeNull();
    const bytes = say({ type: 'file', file: { filename: 'a.txt', file_data: `${head}\nmy card is ${card}` } });
    expect((await guarded('chat', bytes, [active(inspector, 'pii', 'block')])).blocked).not.toBeNull();
  });
});

it('tools that are nested too deeply to be looked at are refused', () => {
  let deep: JsonObject = { description: card };
  for (let depth = 0; depth < 300; depth++) deep = { a: deep };
  expect(() => surfaces.chat.texts.request({ tools: [deep] })).toThrow('nested too deeply');
});
