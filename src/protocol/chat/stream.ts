import type { ApiRequest } from '../api-request.ts';
import { valueAt } from '../fields.ts';
import type { GenerationEvent, GenerationHead } from '../generation.ts';
import type { JsonObject } from '../json.ts';
import { dataEvent } from '../sse.ts';
import type { StreamWriter } from '../surface.ts';
import { writeChatUsage } from './usage.ts';

/** Whether the caller of a stream asked for the chunk that tells its usage. */
export function asksForUsage({ body }: ApiRequest): boolean {
  return valueAt(body, ['stream_options', 'include_usage']) === true;
}

/** Writes `chat.completion.chunk`s. */
export function openChatStream({ id, model, created }: GenerationHead, request: ApiRequest): StreamWriter {
  const wantsUsage = asksForUsage(request);
  const head = { id, object: 'chat.completion.chunk', created, model };
  /** The place of each call of a tool among the calls. */
  const calls = new Map<string, number>();
  let isOpen = false;

  const chunk = (rest: JsonObject) =>
    dataEvent({ ...head, ...rest, ...(wantsUsage && !('usage' in rest) && { usage: null }) });
  const choice = (delta: JsonObject, finish: string | null = null) =>
    chunk({ choices: [{ index: 0, delta, logprobs: null, finish_reason: finish }] });
  const call = (callId: string, rest: JsonObject) =>
    choice({ tool_calls: [{ index: calls.get(callId) ?? 0, ...rest }] });

  function written(event: GenerationEvent): string {
    switch (event.kind) {
      case 'text':
        return choice({ content: event.text });
      case 'reasoning':
        return event.text === '' ? '' : choice({ reasoning_content: event.text });
      case 'tool-start':
        calls.set(event.id, calls.size);
        return call(event.id, { id: event.id, type: 'function', function: { name: event.name, arguments: '' } });
      case 'tool-input':
        return call(event.id, { function: { arguments: event.text } });
      case 'tool-end':
        return event.origin === undefined ? '' : call(event.id, { extra_content: event.origin });
      case 'finish': {
        const usage = wantsUsage && event.usage ? chunk({ choices: [], usage: writeChatUsage(event.usage) }) : '';
        return `${choice({}, event.finish.reason)}${usage}data: [DONE]\n\n`;
      }
    }
  }

  return {
    write(event) {
      const opening = isOpen ? '' : choice({ role: 'assistant', content: '' });
      isOpen = true;
      return `${opening}${written(event)}`;
    },
  };
}
