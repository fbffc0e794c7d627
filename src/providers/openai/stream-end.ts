import type { JsonObject } from '../../protocol/json.ts';
import type { Usage } from '../../protocol/usage.ts';
import { lastData, readEvent } from './events.ts';
import { readUsage } from './usage.ts';

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

  /** A finished answer is known by its end mark; where upstreams do not send one, by the finish reason. */
  read(): StreamEnd {
    let finished = false;
    let usage: Usage | undefined;
    for (const data of lastData(Buffer.concat(this.#chunks).toString(), eventsRead)) {
      const event = readEvent(data);
      if (event === 'done') finished = true;
      if (event === 'done' || event === undefined) continue;
      if (isError(event)) return { finished, error: event, usage };
      usage ??= readUsage(event['usage']);
      finished ||= hasFinished(event);
      if (finished && usage !== undefined) break;
    }
    return { finished, error: undefined, usage };
  }
}

export interface StreamEnd {
  /** The upstream said that it has said everything. */
  readonly finished: boolean;
  /** The event in which it said that something went wrong. */
  readonly error: JsonObject | undefined;
  readonly usage: Usage | undefined;
}

function isError({ error }: JsonObject): boolean {
  return error !== undefined && error !== null;
}

function hasFinished({ choices }: JsonObject): boolean {
  return Array.isArray(choices) && choices.some((choice) => typeof choice?.finish_reason === 'string');
}
