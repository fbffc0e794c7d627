import { type JsonObject, parseJsonObject } from '../../protocol/json.ts';

/** The largest event that is held while its end has not come. */
const largestEvent = 16 * 1024 * 1024;

/** Cuts a byte stream between server-sent events, so that what is passed on never ends inside one. */
export class EventCutter {
  #rest: Buffer | undefined;

  /** All the whole events up to here, as they came; undefined where none has ended. */
  push(chunk: Buffer): Buffer | undefined {
    const bytes = this.#rest === undefined ? chunk : Buffer.concat([this.#rest, chunk]);
    const end = endOfLastEvent(bytes);
    this.#rest = end === bytes.length ? undefined : bytes.subarray(end);
    if (this.#rest !== undefined && this.#rest.length > largestEvent) throw new Error('an event without an end');
    return end === 0 ? undefined : bytes.subarray(0, end);
  }

  /** What is left when the stream ends: upstreams forget the last blank line. */
  rest(): Buffer | undefined {
    return this.#rest;
  }
}

function endOfLastEvent(bytes: Buffer): number {
  const lineFeeds = bytes.lastIndexOf('\n\n');
  const carriageReturns = bytes.lastIndexOf('\r\n\r\n');
  return Math.max(lineFeeds < 0 ? 0 : lineFeeds + 2, carriageReturns < 0 ? 0 : carriageReturns + 4);
}

/** The data of the events in `text`, comments and other fields left out, in order. */
export function dataOf(text: string): readonly string[] {
  return text.split(/\r?\n\r?\n/).flatMap((event) => {
    const lines = event.split(/\r?\n/).filter((line) => line.startsWith('data:'));
    return lines.length === 0 ? [] : [lines.map((line) => line.slice(line[5] === ' ' ? 6 : 5)).join('\n')];
  });
}

/** An event's data: the end mark, a JSON object, or neither. */
export function readEvent(data: string): 'done' | JsonObject | undefined {
  return data.trim() === '[DONE]' ? 'done' : parseJsonObject(data);
}
