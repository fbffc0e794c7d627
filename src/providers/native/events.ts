import { type JsonObject, parseJsonObject } from '../../protocol/json.ts';
import { largestEvent } from '../upstream/bounded-body.ts';

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

const lineFeed = 10;
const carriageReturn = 13;

function endOfLastEvent(bytes: Buffer): number {
  // Packets mostly end where an event does: then there is nothing to search.
  if (endsEvent(bytes, bytes.length)) return bytes.length;
  const lineFeeds = bytes.lastIndexOf('\n\n');
  const carriageReturns = bytes.lastIndexOf('\r\n\r\n');
  return Math.max(lineFeeds < 0 ? 0 : lineFeeds + 2, carriageReturns < 0 ? 0 : carriageReturns + 4);
}

function endsEvent(bytes: Buffer, end: number): boolean {
  if (bytes[end - 1] !== lineFeed) return false;
  return bytes[end - 2] === lineFeed || (bytes[end - 2] === carriageReturn && bytes[end - 3] === lineFeed);
}

/** The data of each event, in order; comments have none. JSON has no line breaks: one line is one event. */
export function* eachData(text: string): Generator<string> {
  for (let at = text.startsWith('data:') ? 0 : nextData(text, 0); at > -1; at = nextData(text, at))
    yield dataAt(text, at);
}

function nextData(text: string, from: number): number {
  const before = text.indexOf('\ndata:', from);
  return before < 0 ? -1 : before + 1;
}

/** The data of the last events, the last one first. */
export function* lastData(text: string, most: number): Generator<string> {
  let end = text.length;
  for (let count = 0; count < most && end > 0; count++) {
    const at = text.lastIndexOf('\ndata:', end - 1) + 1;
    if (at === 0 && !text.startsWith('data:')) return;
    yield dataAt(text, at);
    end = at - 1;
  }
}

function dataAt(text: string, at: number): string {
  const end = text.indexOf('\n', at);
  return text.slice(at + 'data:'.length, end < 0 ? undefined : end).trim();
}

/** An event's data: the end mark, a JSON object, or neither. */
export function readEvent(data: string): 'done' | JsonObject | undefined {
  return data === '[DONE]' ? 'done' : parseJsonObject(data);
}
