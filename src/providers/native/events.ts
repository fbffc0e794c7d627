import { type JsonObject, parseJsonObject } from '../../protocol/json.ts';
import { largestEvent } from '../upstream/bounded-body.ts';
import { badResponse, FailedCall } from '../upstream/failure.ts';

/** As many bytes as the end of an event can have before the last one. */
const seamLength = 3;

/** Cuts a byte stream between server-sent events, so that what is passed on never ends inside one. */
export class EventCutter {
  /** What has come of an event that has not ended: searched once, as it comes, and put together at its end. */
  #parts: readonly Buffer[] = [];
  #size = 0;
  #seam: Buffer = Buffer.alloc(0);

  /** All the whole events up to here, as they came; undefined where none has ended. */
  push(chunk: Buffer): Buffer | undefined {
    const probe = this.#seam.length === 0 ? chunk : Buffer.concat([this.#seam, chunk]);
    const end = endOfLastEvent(probe) - this.#seam.length;
    if (end <= 0) {
      this.#hold([...this.#parts, chunk], this.#size + chunk.length, probe);
      return undefined;
    }
    const events = chunk.subarray(0, end);
    const whole = this.#parts.length === 0 ? events : Buffer.concat([...this.#parts, events]);
    const rest = chunk.subarray(end);
    this.#hold(rest.length === 0 ? [] : [rest], rest.length, rest);
    return whole;
  }

  #hold(parts: readonly Buffer[], size: number, searched: Buffer): void {
    if (size > largestEvent) throw new FailedCall(badResponse('an event without an end'));
    this.#parts = parts;
    this.#size = size;
    this.#seam = searched.subarray(-seamLength);
  }

  /** What is left when the stream ends: upstreams forget the last blank line. */
  rest(): Buffer | undefined {
    return this.#parts.length === 0 ? undefined : Buffer.concat(this.#parts);
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
