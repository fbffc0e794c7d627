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

export const chatForm: Form = {
  name: 'chat completions',
  provider: (url) => `{ kind: openai-compatible, base_url: "${url}/v1", api_key: k }`,
  upstream: 'm',
  contentType: 'text/event-stream',
  answer: dataEvents(
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
  ),
  // Nobody counts there what is written to a cache.
  expected: { ...expected, usage: { ...expected.usage, cacheWriteTokens: 0 } },
  failing: dataEvents([chunk({ role: 'assistant', content: 'Begun' }), error]),
  failingAtOnce: dataEvents([error]),
};
