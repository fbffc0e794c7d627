import type { ApiRequest } from '../api-request.ts';
import type { GenerationEvent, GenerationHead } from '../generation.ts';
import type { Origin } from '../generation-request.ts';
import type { JsonObject } from '../json.ts';
import { typedEvent } from '../sse.ts';
import type { StreamWriter } from '../surface.ts';
import { callItem, itemId, messageItem, reasoningItem, summaryPart, textPart } from './items.ts';
import { responseObject } from './render.ts';

/** An item that is being written. */
interface OpenItem {
  readonly kind: 'text' | 'reasoning' | 'tool-call';
  readonly id: string;
  readonly index: number;
  text: string;
  readonly call?: { readonly id: string; readonly name: string };
  origin?: Origin;
}

/** Writes a response's events, numbered in their order. */
export function openResponseStream(head: GenerationHead, request: ApiRequest): StreamWriter {
  const output: JsonObject[] = [];
  /** The open item of text or reasoning. */
  let running: OpenItem | undefined;
  const calls = new Map<string, OpenItem>();
  let sequence = 0;
  let items = 0;

  const event = (type: string, rest: JsonObject) => typedEvent({ type, sequence_number: sequence++, ...rest });
  const ofItem = (type: string, { id, index }: OpenItem, rest: JsonObject) =>
    event(type, { item_id: id, output_index: index, ...rest });

  function openItem(kind: OpenItem['kind'], call?: OpenItem['call']): OpenItem {
    const index = items++;
    return { kind, id: itemId(head.id, index, kind), index, text: '', ...(call && { call }) };
  }

  /** What opens the running item of this kind, where it was another. */
  function run(kind: 'text' | 'reasoning'): { readonly item: OpenItem; readonly opening: string } {
    if (running?.kind === kind) return { item: running, opening: '' };
    const ended = endRunning();
    const item = openItem(kind);
    running = item;
    return { item, opening: `${ended}${begin(item)}` };
  }

  function begin(item: OpenItem): string {
    const added = event('response.output_item.added', { output_index: item.index, item: writeItem(item, false) });
    if (item.kind === 'text') {
      return added + ofItem('response.content_part.added', item, { content_index: 0, part: textPart('') });
    }
    if (item.kind === 'tool-call') return added;
    return added + ofItem('response.reasoning_summary_part.added', item, { summary_index: 0, part: summaryPart('') });
  }

  function end(item: OpenItem): string {
    const { text, index } = item;
    output[index] = writeItem(item, true);
    return ending(item, text) + event('response.output_item.done', { output_index: index, item: output[index] });
  }

  function ending(item: OpenItem, text: string): string {
    switch (item.kind) {
      case 'text':
        return (
          ofItem('response.output_text.done', item, { content_index: 0, text, logprobs: [] }) +
          ofItem('response.content_part.done', item, { content_index: 0, part: textPart(text) })
        );
      case 'reasoning':
        return (
          ofItem('response.reasoning_summary_text.done', item, { summary_index: 0, text }) +
          ofItem('response.reasoning_summary_part.done', item, { summary_index: 0, part: summaryPart(text) })
        );
      case 'tool-call':
        return ofItem('response.function_call_arguments.done', item, { name: item.call?.name, arguments: text });
    }
  }

  function endRunning(): string {
    const ended = running === undefined ? '' : end(running);
    running = undefined;
    return ended;
  }

  function endCall(id: string): string {
    const item = calls.get(id);
    calls.delete(id);
    return item === undefined ? '' : end(item);
  }

  function written(step: GenerationEvent): string {
    switch (step.kind) {
      case 'text': {
        const { item, opening } = run('text');
        item.text += step.text;
        return `${opening}${ofItem('response.output_text.delta', item, { content_index: 0, delta: step.text, logprobs: [] })}`;
      }
      case 'reasoning': {
        const { item, opening } = run('reasoning');
        item.text += step.text;
        if (step.origin !== undefined) item.origin = step.origin;
        const delta = { summary_index: 0, delta: step.text };
        return `${opening}${step.text === '' ? '' : ofItem('response.reasoning_summary_text.delta', item, delta)}`;
      }
      case 'tool-start': {
        const ended = endRunning();
        const item = openItem('tool-call', { id: step.id, name: step.name });
        calls.set(step.id, item);
        return `${ended}${begin(item)}`;
      }
      case 'tool-input': {
        const item = calls.get(step.id);
        if (item === undefined) return '';
        item.text += step.text;
        return ofItem('response.function_call_arguments.delta', item, { delta: step.text });
      }
      case 'tool-end':
        return endCall(step.id);
      case 'finish': {
        const closing = endRunning() + [...calls.keys()].map(endCall).join('');
        const response = responseObject(head, request, output, step);
        return `${closing}${event(`response.${String(response['status'])}`, { response })}`;
      }
    }
  }

  function start(): string {
    const response = responseObject(head, request, [], undefined);
    return event('response.created', { response }) + event('response.in_progress', { response });
  }

  return {
    write(step) {
      const opening = sequence === 0 ? start() : '';
      return `${opening}${written(step)}`;
    },
  };
}

function writeItem({ kind, id, text, call, origin }: OpenItem, isDone: boolean): JsonObject {
  const status = isDone ? 'completed' : 'in_progress';
  switch (kind) {
    case 'text':
      return messageItem(id, status, isDone ? [textPart(text)] : []);
    case 'reasoning':
      return reasoningItem(id, isDone && text !== '' ? [summaryPart(text)] : [], origin);
    case 'tool-call':
      return callItem(id, status, call?.id ?? '', call?.name ?? '', text);
  }
}
