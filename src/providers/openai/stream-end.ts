import { isJsonObject, type JsonObject } from '../../protocol/json.ts';
import type { Usage } from '../../protocol/usage.ts';
import { dataOf, readEvent } from './events.ts';
import { readUsage } from './usage.ts';

/** Usage, the last finish reason and the end mark all stand in the last events: nothing before them is parsed. */
const eventsRead = 4;
const bytesKept = 64 * 1024;

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

  read(): StreamEnd {
    const events = dataOf(Buffer.concat(this.#chunks).toString()).slice(-eventsRead).map(readEvent);
    const objects = events.filter((event): event is JsonObject => isJsonObject(event));
    return {
      finished: events.includes('done') || objects.some(hasFinished),
      error: objects.find((event) => event['error'] !== undefined && event['error'] !== null),
      usage: objects.map((event) => readUsage(event['usage'])).findLast((usage) => usage !== undefined),
    };
  }
}

export interface StreamEnd {
  /** The upstream said that it has said everything. */
  readonly finished: boolean;
  /** The event in which it said that something went wrong. */
  readonly error: JsonObject | undefined;
  readonly usage: Usage | undefined;
}

function hasFinished(event: JsonObject): boolean {
  const choices = event['choices'];
  return Array.isArray(choices) && choices.some((choice) => typeof choice?.finish_reason === 'string');
}
