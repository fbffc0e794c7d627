import { typedEvents } from './events.ts';
import { expected, type Form } from './form.ts';

// https://docs.claude.com/en/docs/build-with-claude/streaming: the events of a message with thinking, text and two calls of tools.
const usage = {
  input_tokens: 100,
  cache_creation_input_tokens: 200,
  cache_read_input_tokens: 800,
  output_tokens: 1,
  service_tier: 'standard',
};

const start = {
  type: 'message_start',
  message: {
    id: 'msg_01',
    type: 'message',
    role: 'assistant',
    model: 'claude-sonnet-4-5',
    content: [],
    stop_reason: null,
    stop_sequence: null,
    usage,
  },
};

const block = (index: number, content: object, ...deltas: readonly object[]) => [
  { type: 'content_block_start', index, content_block: content },
  ...deltas.map((delta) => ({ type: 'content_block_delta', index, delta })),
  { type: 'content_block_stop', index },
];

const tool = (index: number, id: string, name: string, ...parts: readonly string[]) =>
  block(
    index,
    { type: 'tool_use', id, name, input: {} },
    { type: 'input_json_delta', partial_json: '' },
    ...parts.map((text) => ({ type: 'input_json_delta', partial_json: text })),
  );

const end = (reason: string, tokens: object) => [
  { type: 'message_delta', delta: { stop_reason: reason, stop_sequence: null }, usage: tokens },
  { type: 'message_stop' },
];

const output = { output_tokens: 70, output_tokens_details: { thinking_tokens: 30 } };

export const anthropicForm: Form = {
  name: 'Anthropic',
  kind: 'anthropic',
  provider: (url) => `{ kind: anthropic, base_url: "${url}", api_key: k }`,
  upstream: 'claude-sonnet-4-5',
  contentType: 'text/event-stream; charset=utf-8',
  answer: typedEvents([
    start,
    { type: 'ping' },
    ...block(
      0,
      { type: 'thinking', thinking: '', signature: '' },
      { type: 'thinking_delta', thinking: 'Grüße ' },
      { type: 'thinking_delta', thinking: 'zuerst.' },
      { type: 'signature_delta', signature: 'c2lnbmVk' },
    ),
    ...block(
      1,
      { type: 'text', text: '' },
      { type: 'text_delta', text: 'Grüße, ' },
      { type: 'text_delta', text: 'Welt 🌍!' },
    ),
    ...tool(2, 'toolu_1', 'weather', '{"city": ', '"Kyjiw"}'),
    ...tool(3, 'toolu_2', 'now'),
    ...end('tool_use', output),
  ]),
  expected,
  refusal: typedEvents([start, ...block(0, { type: 'text', text: '' }), ...end('refusal', { output_tokens: 1 })]),
  failing: typedEvents([
    start,
    ...block(0, { type: 'text', text: '' }, { type: 'text_delta', text: 'Begun' }).slice(0, 2),
    { type: 'error', error: { type: 'overloaded_error', message: 'Overloaded' } } as { type: string },
  ]),
  failingAtOnce: typedEvents([
    start,
    { type: 'error', error: { type: 'overloaded_error', message: 'Overloaded' } } as { type: string },
  ]),
};
