import { typedEvents } from './events.ts';
import { expected, type Form } from './form.ts';

// https://docs.cohere.com/v2/docs/streaming
const content = (index: number, type: 'text' | 'thinking', ...parts: readonly string[]) => [
  { type: 'content-start', index, delta: { message: { content: { type, [type]: '' } } } },
  ...parts.map((part) => ({ type: 'content-delta', index, delta: { message: { content: { [type]: part } } } })),
  { type: 'content-end', index },
];

const call = (index: number, id: string, name: string, ...parts: readonly string[]) => [
  {
    type: 'tool-call-start',
    index,
    delta: { message: { tool_calls: { id, type: 'function', function: { name, arguments: '' } } } },
  },
  ...parts.map((part) => ({
    type: 'tool-call-delta',
    index,
    delta: { message: { tool_calls: { function: { arguments: part } } } },
  })),
  { type: 'tool-call-end', index },
];

const start = { id: 'r1', type: 'message-start', delta: { message: { role: 'assistant', content: [] } } };
const end = (reason: string) => ({
  type: 'message-end',
  delta: {
    finish_reason: reason,
    usage: {
      billed_units: { input_tokens: 1100, output_tokens: 70 },
      tokens: { input_tokens: 1100, output_tokens: 70 },
    },
  },
});

export const cohereForm: Form = {
  name: 'Cohere',
  kind: 'cohere',
  provider: (url) => `{ kind: cohere, base_url: "${url}/v2", api_key: k }`,
  upstream: 'command-a-reasoning-08-2025',
  contentType: 'text/event-stream',
  answer: typedEvents([
    start,
    ...content(0, 'thinking', 'Grüße ', 'zuerst.'),
    ...content(1, 'text', 'Grüße, ', 'Welt 🌍!'),
    ...call(0, 'weather_1', 'weather', '{"city": ', '"Kyjiw"}'),
    ...call(1, 'now_2', 'now', '{}'),
    end('TOOL_CALL'),
  ]),
  // Nothing is counted apart there.
  expected: {
    ...expected,
    usage: { ...expected.usage, cachedInputTokens: 0, cacheWriteTokens: 0, reasoningTokens: 0 },
  },
};
