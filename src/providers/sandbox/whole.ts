import type { JsonObject } from '../../protocol/json.ts';
import type { WholeAnswer } from '../../protocol/upstream-answer.ts';
import type { Reply } from './request.ts';
import { writeUsage } from './usage.ts';

/** The sandbox has no clock: everything it makes, it made then. */
export const created = 1_767_225_600;

export function wholeAnswer(reply: Reply): WholeAnswer {
  const body = {
    id: reply.id,
    object: 'chat.completion',
    created,
    model: reply.model,
    choices: [{ index: 0, message: messageOf(reply), logprobs: null, finish_reason: finishOf(reply) }],
    usage: writeUsage(reply),
  };
  const { inputTokens, outputTokens } = reply;
  return {
    kind: 'whole',
    headers: { 'content-type': 'application/json' },
    body: Buffer.from(JSON.stringify(body)),
    usage: { inputTokens, outputTokens },
  };
}

function messageOf(reply: Reply): JsonObject {
  return reply.tool === undefined
    ? { role: 'assistant', content: reply.text, refusal: null }
    : { role: 'assistant', content: null, refusal: null, tool_calls: [toolCall(reply.tool)] };
}

export function toolCall(name: string): JsonObject {
  return { id: `call_sandbox_${name}`, type: 'function', function: { name, arguments: '{}' } };
}

export function finishOf(reply: Reply): string {
  return reply.tool === undefined ? 'stop' : 'tool_calls';
}
