import type { GenerationEvent, GenerationHead } from '../generation.ts';
import type { Origin } from '../generation-request.ts';
import type { JsonObject } from '../json.ts';
import { typedEvent } from '../sse.ts';
import type { StreamWriter } from '../surface.ts';
import { writeSignature } from './origin.ts';
import { writeStop } from './render.ts';
import { noUsage, writeMessageUsage } from './usage.ts';

/** Writes a message's events: each block is opened, filled and closed under its own index. */
export function openMessageStream({ id, model }: GenerationHead): StreamWriter {
  /** The open block of text or reasoning. */
  let running: { readonly kind: 'text' | 'reasoning'; readonly index: number; origin?: Origin } | undefined;
  /** Open calls of tools, by id. */
  const calls = new Map<string, number>();
  let blocks = 0;
  let isOpen = false;

  const open = (index: number, block: JsonObject) =>
    typedEvent({ type: 'content_block_start', index, content_block: block });
  const fill = (index: number, delta: JsonObject) => typedEvent({ type: 'content_block_delta', index, delta });
  const close = (index: number) => typedEvent({ type: 'content_block_stop', index });

  function endRunning(): string {
    if (running === undefined) return '';
    const { index, origin } = running;
    running = undefined;
    const signature = origin && fill(index, { type: 'signature_delta', signature: writeSignature(origin) });
    return `${signature ?? ''}${close(index)}`;
  }

  /** The index of the running block of this kind, and what opens it where it was another. */
  function run(kind: 'text' | 'reasoning', empty: JsonObject): { readonly index: number; readonly opening: string } {
    if (running?.kind === kind) return { index: running.index, opening: '' };
    const ended = endRunning();
    running = { kind, index: blocks++ };
    return { index: running.index, opening: `${ended}${open(running.index, empty)}` };
  }

  function endCalls(): string {
    const ended = [...calls.values()].map(close).join('');
    calls.clear();
    return ended;
  }

  function written(event: GenerationEvent): string {
    switch (event.kind) {
      case 'text': {
        const { index, opening } = run('text', { type: 'text', text: '', citations: null });
        return `${opening}${fill(index, { type: 'text_delta', text: event.text })}`;
      }
      case 'reasoning': {
        const { index, opening } = run('reasoning', { type: 'thinking', thinking: '', signature: '' });
        if (event.origin !== undefined && running !== undefined) running.origin = event.origin;
        return `${opening}${event.text === '' ? '' : fill(index, { type: 'thinking_delta', thinking: event.text })}`;
      }
      case 'tool-start': {
        const index = blocks++;
        const ended = endRunning();
        calls.set(event.id, index);
        return `${ended}${open(index, { type: 'tool_use', id: event.id, name: event.name, input: {} })}`;
      }
      case 'tool-input':
        return fill(calls.get(event.id) ?? 0, { type: 'input_json_delta', partial_json: event.text });
      case 'tool-end': {
        const index = calls.get(event.id);
        calls.delete(event.id);
        return index === undefined ? '' : close(index);
      }
      case 'finish': {
        const usage = writeMessageUsage(event.usage ?? noUsage);
        const delta = typedEvent({ type: 'message_delta', delta: writeStop(event.finish), usage });
        return `${endRunning()}${endCalls()}${delta}${typedEvent({ type: 'message_stop' })}`;
      }
    }
  }

  function start(): string {
    const message = {
      id,
      type: 'message',
      role: 'assistant',
      model,
      content: [],
      stop_reason: null,
      stop_sequence: null,
    };
    // What the input came to is known at the end, and said there.
    return typedEvent({ type: 'message_start', message: { ...message, usage: writeMessageUsage(noUsage) } });
  }

  return {
    write(event) {
      const opening = isOpen ? '' : start();
      isOpen = true;
      return `${opening}${written(event)}`;
    },
  };
}
