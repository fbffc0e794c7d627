import type { Generation } from '../generation.ts';
import type { ToolCallPart } from '../generation-request.ts';
import type { JsonObject } from '../json.ts';
import { writeChatUsage } from './usage.ts';

/** An answer as a chat completion. */
export function renderChat(answer: Generation): JsonObject {
  const { id, model, created, finish, usage } = answer;
  return {
    id,
    object: 'chat.completion',
    created,
    model,
    choices: [{ index: 0, message: messageOf(answer), logprobs: null, finish_reason: finish.reason }],
    ...(usage && { usage: writeChatUsage(usage) }),
  };
}

function messageOf({ content }: Generation): JsonObject {
  const joined = (kind: 'text' | 'reasoning') => {
    const texts = content.flatMap((part) => (part.kind === kind ? [part.text] : []));
    return texts.length === 0 ? null : texts.join('');
  };
  const calls = content.filter((part) => part.kind === 'tool-call').map(writeCall);
  const reasoning = joined('reasoning');
  return {
    role: 'assistant',
    content: joined('text'),
    refusal: null,
    ...(reasoning === null ? {} : { reasoning_content: reasoning }),
    ...(calls.length === 0 ? {} : { tool_calls: calls }),
  };
}

function writeCall({ id, name, input, origin }: ToolCallPart): JsonObject {
  return {
    id,
    type: 'function',
    function: { name, arguments: input },
    ...(origin === undefined ? {} : { extra_content: origin }),
  };
}
