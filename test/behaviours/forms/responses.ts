import { typedEvents } from './events.ts';
import { expected, type Form } from './form.ts';

// https://platform.openai.com/docs/api-reference/responses-streaming
const response = (rest: object) => ({
  id: 'resp_upstream',
  object: 'response',
  created_at: 1,
  model: 'gpt-5',
  parallel_tool_calls: true,
  tool_choice: 'auto',
  tools: [],
  temperature: 1,
  top_p: 1,
  error: null,
  incomplete_details: null,
  instructions: null,
  metadata: {},
  output: [],
  usage: null,
  status: 'in_progress',
  ...rest,
});

const reasoning = { id: 'rs_1', type: 'reasoning', summary: [{ type: 'summary_text', text: expected.reasoning }] };
const part = { type: 'output_text', text: expected.text, annotations: [], logprobs: [] };
const message = { id: 'msg_1', type: 'message', role: 'assistant', status: 'completed', content: [part] };
const call = (id: string, name: string, input: string) => ({
  id: `fc_${id}`,
  type: 'function_call',
  status: 'completed',
  call_id: `call_${id}`,
  name,
  arguments: input,
});
const weather = call('1', 'weather', '{"city": "Kyjiw"}');
const now = call('2', 'now', '{}');

const usage = {
  input_tokens: 1100,
  input_tokens_details: { cached_tokens: 800, cache_write_tokens: 200 },
  output_tokens: 70,
  output_tokens_details: { reasoning_tokens: 30 },
  total_tokens: 1170,
};

const opening = [
  { type: 'response.created', response: response({}) },
  { type: 'response.in_progress', response: response({}) },
];

const item = (index: number, added: object, done: object, ...between: readonly object[]) => [
  { type: 'response.output_item.added', output_index: index, item: added },
  ...between,
  { type: 'response.output_item.done', output_index: index, item: done },
];

const called = (index: number, done: typeof weather, ...deltas: readonly string[]) => {
  const place = { item_id: done.id, output_index: index };
  return item(
    index,
    { ...done, arguments: '', status: 'in_progress' },
    done,
    ...deltas.map((delta) => ({ type: 'response.function_call_arguments.delta', ...place, delta })),
    { type: 'response.function_call_arguments.done', ...place, name: done.name, arguments: done.arguments },
  );
};

const numbered = (events: readonly object[]): Buffer =>
  typedEvents(
    events.map((event, index) => ({ ...event, sequence_number: index }) as unknown as { type: string }),
    '\r\n',
  );

const summary = { item_id: 'rs_1', output_index: 0, summary_index: 0 };
const content = { item_id: 'msg_1', output_index: 1, content_index: 0 };
const refusal = { type: 'refusal', refusal: 'No.' };
const refused = { ...message, content: [refusal] };
const failed = { code: 'server_error', message: 'The model is overloaded' };

export const responsesForm: Form = {
  name: 'responses',
  kind: 'openai',
  provider: (url) => `{ kind: openai, base_url: "${url}/v1", api_key: k }`,
  upstream: 'gpt-5',
  contentType: 'text/event-stream; charset=utf-8',
  answer: numbered([
    ...opening,
    ...item(
      0,
      { ...reasoning, summary: [] },
      reasoning,
      { type: 'response.reasoning_summary_part.added', ...summary, part: { type: 'summary_text', text: '' } },
      { type: 'response.reasoning_summary_text.delta', ...summary, delta: 'Grüße ' },
      { type: 'response.reasoning_summary_text.delta', ...summary, delta: 'zuerst.' },
      { type: 'response.reasoning_summary_text.done', ...summary, text: expected.reasoning },
      { type: 'response.reasoning_summary_part.done', ...summary, part: reasoning.summary[0] },
    ),
    ...item(
      1,
      { ...message, status: 'in_progress', content: [] },
      message,
      { type: 'response.content_part.added', ...content, part: { ...part, text: '' } },
      { type: 'response.output_text.delta', ...content, delta: 'Grüße, ', logprobs: [] },
      { type: 'response.output_text.delta', ...content, delta: 'Welt 🌍!', logprobs: [] },
      { type: 'response.output_text.done', ...content, text: expected.text, logprobs: [] },
      { type: 'response.content_part.done', ...content, part },
    ),
    ...called(2, weather, '{"city": ', '"Kyjiw"}'),
    ...called(3, now, '{}'),
    {
      type: 'response.completed',
      response: response({ status: 'completed', output: [reasoning, message, weather, now], usage }),
    },
  ]),
  expected,
  refusal: numbered([
    ...opening,
    ...item(
      1,
      { ...refused, status: 'in_progress', content: [] },
      refused,
      { type: 'response.content_part.added', ...content, part: { ...refusal, refusal: '' } },
      { type: 'response.refusal.delta', ...content, delta: 'No.' },
      { type: 'response.refusal.done', ...content, refusal: 'No.' },
      { type: 'response.content_part.done', ...content, part: refusal },
    ),
    { type: 'response.completed', response: response({ status: 'completed', output: [refused], usage }) },
  ]),
  failing: numbered([
    ...opening,
    { type: 'response.output_item.added', output_index: 1, item: { ...message, status: 'in_progress', content: [] } },
    { type: 'response.content_part.added', ...content, part: { ...part, text: '' } },
    { type: 'response.output_text.delta', ...content, delta: 'Begun', logprobs: [] },
    { type: 'response.failed', response: response({ status: 'failed', error: failed }) },
  ]),
  failingAtOnce: numbered([
    ...opening,
    { type: 'response.failed', response: response({ status: 'failed', error: failed }) },
  ]),
};
