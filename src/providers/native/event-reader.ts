import type { ReplyBody } from '../upstream/reply-body.ts';
import { EventCutter, eachData, readEvent } from './events.ts';

/** Reads an answer by whole events. It does not close the stream: whoever opened it does. */
export class EventReader {
  readonly #source: ReplyBody;
  readonly #cutter = new EventCutter();
  #isOver = false;

  constructor(source: ReplyBody) {
    this.#source = source;
  }

  /** The next whole events, as they came; undefined when there are no more. */
  async next(): Promise<Buffer | undefined> {
    while (!this.#isOver) {
      const packets = await this.#source.read();
      this.#isOver = packets === undefined;
      const events = packets === undefined ? lastEvent(this.#cutter) : this.#cutter.push(packets);
      if (events !== undefined) return events;
    }
    return undefined;
  }
}

/** An event that only lacks its blank line; half an event is dropped. */
function lastEvent(cutter: EventCutter): Buffer | undefined {
  const rest = cutter.rest()?.toString().trimEnd() ?? '';
  for (const data of eachData(rest)) return readEvent(data) === undefined ? undefined : Buffer.from(`${rest}\n\n`);
  return undefined;
}
