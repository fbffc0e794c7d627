import type { Generation } from '../generation.ts';
import type { Origin } from '../generation-request.ts';
import type { JsonObject } from '../json.ts';

/** An answer's parts as items of a response; a text, some reasoning and a call are each an item of their own. */
export function writeItems(answer: Generation): readonly JsonObject[] {
  return answer.content.map((part, index) => writeItem(part, itemId(answer.id, index, part.kind)));
}

function writeItem(part: Generation['content'][number], id: string): JsonObject {
  switch (part.kind) {
    case 'text':
      return messageItem(id, 'completed', [textPart(part.text)]);
    case 'reasoning':
      return reasoningItem(id, part.text === '' ? [] : [summaryPart(part.text)], part.origin);
    case 'tool-call':
      return callItem(id, 'completed', part.id, part.name, part.input);
  }
}

type Status = 'in_progress' | 'completed' | 'incomplete';

const prefixes = { text: 'msg', reasoning: 'rs', 'tool-call': 'fc' } as const;

/** Made from the answer's own id, so that it is the same wherever the item is named. */
export function itemId(answerId: string, index: number, kind: keyof typeof prefixes): string {
  return `${prefixes[kind]}_${answerId.replace(/^resp_/, '')}_${index}`;
}

export function messageItem(id: string, status: Status, content: readonly JsonObject[]): JsonObject {
  return { id, type: 'message', role: 'assistant', status, content };
}

export function textPart(text: string): JsonObject {
  return { type: 'output_text', text, annotations: [], logprobs: [] };
}

export function reasoningItem(id: string, summary: readonly JsonObject[], origin: Origin | undefined): JsonObject {
  return { id, type: 'reasoning', summary, ...(origin && { encrypted_content: JSON.stringify(origin) }) };
}

export function summaryPart(text: string): JsonObject {
  return { type: 'summary_text', text };
}

export function callItem(id: string, status: Status, callId: string, name: string, input: string): JsonObject {
  return { id, type: 'function_call', status, call_id: callId, name, arguments: input };
}
