import { EventCutter, eachData, readEvent } from './events.ts';

/** Reads a byte stream by whole events. It does not close the stream: whoever opened it does. */
export class EventReader {
  readonly #source: AsyncIterator<Buffer>;
  readonly #cutter = new EventCutter();
  #isOver = false;

  constructor(source: AsyncIterator<Buffer>) {
    this.#source = source;
  }

  /** The next whole events, as they came; undefined when there are no more. */
  async next(): Promise<Buffer | undefined> {
    while (!this.#isOver) {
      const next = await this.#source.next();
      this.#isOver = next.done === true;
      const events = next.done ? lastEvent(this.#cutter) : this.#cutter.push(next.value);
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
