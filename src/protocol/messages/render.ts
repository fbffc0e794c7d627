import type { Finish, FinishReason, Generation } from '../generation.ts';
import { type JsonObject, parseJsonObject } from '../json.ts';
import { writeSignature } from './origin.ts';
import { noUsage, writeMessageUsage } from './usage.ts';

/** An answer as a message. */
export function renderMessage({ id, model, content, finish, usage }: Generation): JsonObject {
  return {
    id,
    type: 'message',
    role: 'assistant',
    model,
    content: content.map(writeBlock),
    ...writeStop(finish),
    usage: writeMessageUsage(usage ?? noUsage),
  };
}

function writeBlock(part: Generation['content'][number]): JsonObject {
  switch (part.kind) {
    case 'text':
      return { type: 'text', text: part.text, citations: null };
    case 'reasoning':
      return { type: 'thinking', thinking: part.text, signature: writeSignature(part.origin) };
    case 'tool-call':
      return { type: 'tool_use', id: part.id, name: part.name, input: parseJsonObject(part.input) ?? {} };
  }
}

const stopReasons: Readonly<Record<FinishReason, string>> = {
  stop: 'end_turn',
  length: 'max_tokens',
  tool_calls: 'tool_use',
  content_filter: 'refusal',
};

export function writeStop({ reason, stopSequence }: Finish): JsonObject {
  const ended = stopSequence !== undefined && reason === 'stop';
  return { stop_reason: ended ? 'stop_sequence' : stopReasons[reason], stop_sequence: ended ? stopSequence : null };
}
