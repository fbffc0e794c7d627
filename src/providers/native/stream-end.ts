import type { JsonObject } from '../../protocol/json.ts';
import type { StreamGrammar } from '../../protocol/surface.ts';
import type { Usage } from '../../protocol/usage.ts';
import { lastData, readEvent } from './events.ts';

/** Usage, the last finish reason and the end mark all stand in the last events: nothing before them is parsed. */
const eventsRead = 4;
const bytesKept = 16 * 1024;

/** Keeps the end of a stream without copying it. */
export class StreamTail {
  readonly #chunks: Buffer[] = [];
  #size = 0;

  add(chunk: Buffer): void {
    this.#chunks.push(chunk);
    this.#size += chunk.length;
    for (let first = this.#chunks[0]; first && this.#size - first.length >= bytesKept; first = this.#chunks[0]) {
      this.#size -= first.length;
      this.#chunks.shift();
    }
  }

  #kept(): Buffer {
    const [first] = this.#chunks;
    return first !== undefined && this.#chunks.length === 1 ? first : Buffer.concat(this.#chunks);
  }

  /** A finished answer is known by its end mark; where upstreams do not send one, by the event that says so. */
  read(grammar: StreamGrammar, first: JsonObject | undefined): StreamEnd {
    const events: JsonObject[] = [];
    let finished = false;
    for (const data of lastData(this.#kept().toString(), eventsRead)) {
      const event = readEvent(data);
      if (event === 'done') finished = true;
      if (event === 'done' || event === undefined) continue;
      const error = grammar.errorIn(event);
      if (error !== undefined) return { finished, error, usage: grammar.readUsage(first, events) };
      events.push(event);
      finished ||= grammar.isFinish(event);
      const usage = grammar.readUsage(first, events);
      if (finished && usage !== undefined) return { finished, error: undefined, usage };
    }
    return { finished, error: undefined, usage: grammar.readUsage(first, events) };
  }
}

export interface StreamEnd {
  /** The upstream said that it has said everything. */
  readonly finished: boolean;
  /** What it said of what went wrong. */
  readonly error: JsonObject | undefined;
  readonly usage: Usage | undefined;
}
