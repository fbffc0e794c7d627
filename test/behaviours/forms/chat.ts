import { dataEvents } from './events.ts';
import { expected, type Form } from './form.ts';

// https://platform.openai.com/docs/api-reference/chat-streaming, with the `reasoning_content` of servers that show it.
const head = { id: 'chatcmpl-1', object: 'chat.completion.chunk', created: 1, model: 'm' };
const chunk = (delta: object, finish: string | null = null) => ({
  ...head,
  choices: [{ index: 0, delta, finish_reason: finish }],
});
const call = (index: number, rest: object) => chunk({ tool_calls: [{ index, ...rest }] });
const error = {
  error: { message: 'The engine is currently overloaded', type: 'server_error', code: 'overloaded_error' },
};

const answer = dataEvents(
  [
    chunk({ role: 'assistant', content: '' }),
    chunk({ reasoning_content: 'Grüße ' }),
    chunk({ reasoning_content: 'zuerst.' }),
    chunk({ content: 'Grüße, ' }),
    chunk({ content: 'Welt 🌍!' }),
    call(0, { id: 'call_1', type: 'function', function: { name: 'weather', arguments: '' } }),
    call(0, { function: { arguments: '{"city": ' } }),
    call(0, { function: { arguments: '"Kyjiw"}' } }),
    call(1, { id: 'call_2', type: 'function', function: { name: 'now', arguments: '{}' } }),
    chunk({}, 'tool_calls'),
    {
      ...head,
      choices: [],
      usage: {
        prompt_tokens: 1100,
        completion_tokens: 70,
        total_tokens: 1170,
        prompt_tokens_details: { cached_tokens: 800 },
        completion_tokens_details: { reasoning_tokens: 30 },
      },
    },
  ],
  'data: [DONE]\n\n',
);

const shared = {
  upstream: 'm',
  contentType: 'text/event-stream',
  failing: dataEvents([chunk({ role: 'assistant', content: 'Begun' }), error]),
  failingAtOnce: dataEvents([error]),
} as const;

// Nobody counts there what is written to a cache.
const counted = { ...expected, usage: { ...expected.usage, cacheWriteTokens: 0 } };

export const chatForm: Form = {
  ...shared,
  name: 'chat completions',
  kind: 'openai-compatible',
  provider: (url) => `{ kind: openai-compatible, base_url: "${url}/v1", api_key: k }`,
  answer,
  expected: counted,
};

// https://docs.mistral.ai/api: chunks as OpenAI's, with thoughts as parts of the content, calls whole, and the counts in the last.
const mistralChunk = (delta: object, finish: string | null = null, usage?: object) => ({
  ...chunk(delta, finish),
  ...(usage && { usage }),
});

export const mistralForm: Form = {
  ...shared,
  name: 'Mistral',
  kind: 'mistral',
  provider: (url) => `{ kind: mistral, base_url: "${url}/v1", api_key: k }`,
  upstream: 'magistral-medium-2507',
  answer: dataEvents(
    [
      mistralChunk({ role: 'assistant', content: '' }),
      mistralChunk({ content: [{ type: 'thinking', thinking: [{ type: 'text', text: 'Grüße ' }] }] }),
      mistralChunk({ content: [{ type: 'thinking', thinking: [{ type: 'text', text: 'zuerst.' }] }] }),
      mistralChunk({ content: 'Grüße, ' }),
      mistralChunk({ content: 'Welt 🌍!' }),
      mistralChunk(
        {
          tool_calls: [
            { id: 'abcdefgh1', function: { name: 'weather', arguments: '{"city": "Kyjiw"}' }, index: 0 },
            { id: 'abcdefgh2', function: { name: 'now', arguments: '{}' }, index: 1 },
          ],
        },
        'tool_calls',
        { prompt_tokens: 1100, completion_tokens: 70, total_tokens: 1170 },
      ),
    ],
    'data: [DONE]\n\n',
  ),
  expected: {
    ...expected,
    usage: { ...expected.usage, cachedInputTokens: 0, cacheWriteTokens: 0, reasoningTokens: 0 },
  },
};
