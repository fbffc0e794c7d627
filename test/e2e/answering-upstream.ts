import { answerJson, scriptUpstream } from '../providers/scripted-upstream.ts';

/** Says the same in whichever API it is asked, and keeps what it was sent. */
export async function startUpstream() {
  const { baseUrl, calls } = await scriptUpstream((response, { path }) => answerJson(response, 200, answerTo(path)));
  return { origin: baseUrl.replace(/\/v1$/, ''), sent: () => calls.map(({ body }) => body).join('\n') };
}

function answerTo(path: string): unknown {
  const usage = { input_tokens: 5, output_tokens: 5, prompt_tokens: 5, completion_tokens: 5, total_tokens: 10 };
  if (path.endsWith('/messages')) {
    return {
      id: 'm',
      type: 'message',
      role: 'assistant',
      model: 'm',
      content: [{ type: 'text', text: 'hi' }],
      stop_reason: 'end_turn',
      usage,
    };
  }
  if (path.endsWith('/responses')) {
    const content = [{ type: 'output_text', text: 'hi', annotations: [] }];
    return {
      id: 'resp_1',
      object: 'response',
      status: 'completed',
      model: 'm',
      output: [{ id: 'i', type: 'message', role: 'assistant', status: 'completed', content }],
      usage,
    };
  }
  if (path.endsWith('/embeddings'))
    return { object: 'list', data: [{ object: 'embedding', index: 0, embedding: [0.5] }], model: 'm', usage };
  return {
    id: 'c',
    object: 'chat.completion',
    created: 1,
    model: 'm',
    choices: [{ index: 0, message: { role: 'assistant', content: 'hi' }, finish_reason: 'stop' }],
    usage,
  };
}
