import { BrokenStream } from '../../protocol/broken-stream.ts';
import type { JsonObject } from '../../protocol/json.ts';
import type { StreamGrammar } from '../../protocol/surface.ts';
import type { AnswerHeaders, StreamAnswer, UpstreamFailure } from '../../protocol/upstream-answer.ts';
import type { Usage } from '../../protocol/usage.ts';
import type { Deadline } from '../upstream/deadline.ts';
import { brokenCall, cutShort, saidFailure } from '../upstream/failure.ts';
import type { ReplyBody } from '../upstream/reply-body.ts';
import { EventReader } from './event-reader.ts';
import { type Opening, readOpening } from './opening.ts';
import { StreamTail } from './stream-end.ts';

const drainMs = 500;

/** What a stream is read by. */
export interface StreamReading {
  readonly grammar: StreamGrammar;
  readonly headers: AnswerHeaders;
  readonly deadline: Deadline;
  readonly secrets: readonly string[];
  /** What callers see of whole events; nothing where it is empty. */
  editorFor(opening: Opening): (events: Buffer) => Buffer;
}

/** Waits for the beginning of the answer; where there is none, what came instead is let go. */
export async function readStream(source: ReplyBody, reading: StreamReading): Promise<StreamAnswer | UpstreamFailure> {
  const { grammar, headers, deadline, secrets } = reading;
  const reader = new EventReader(source);
  let opening: Opening | UpstreamFailure | undefined;
  try {
    opening = await readOpening(reader, grammar, secrets);
    if ('kind' in opening) return opening;
  } finally {
    if (opening === undefined || 'kind' in opening) source.leave();
  }
  deadline.firstTokenArrived();
  const chunks = new NativeStream(source, reader, opening, reading);
  return { kind: 'stream', headers, chunks, usage: () => chunks.usage };
}

type Read = IteratorResult<Uint8Array, undefined>;

const over: Read = { done: true, value: undefined };

/**
 * The events of an upstream as callers see them, read once. No generator: each that is made anew for a request leaves, with all that
 * it reaches, garbage which V8 carries into old space.
 */
class NativeStream implements AsyncIterableIterator<Uint8Array, undefined> {
  readonly #source: ReplyBody;
  readonly #reader: EventReader;
  readonly #reading: StreamReading;
  readonly #first: JsonObject | undefined;
  readonly #edit: (events: Buffer) => Buffer;
  readonly #tail = new StreamTail();
  #opening: Buffer | undefined;
  #state: 'open' | 'said-all' | 'over' = 'open';
  #usage: Usage | undefined;

  constructor(source: ReplyBody, reader: EventReader, opening: Opening, reading: StreamReading) {
    this.#source = source;
    this.#reader = reader;
    this.#reading = reading;
    this.#first = opening.first;
    this.#opening = opening.events;
    this.#edit = reading.editorFor(opening);
  }

  /** As the upstream told it, once all was read. */
  get usage(): Usage | undefined {
    return this.#usage;
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  async next(): Promise<Read> {
    try {
      while (this.#state === 'open') {
        const events = this.#takeOpening() ?? (await this.#reader.next());
        if (events === undefined) break;
        this.#tail.add(events);
        if (endsWith(events, this.#reading.grammar.endMark)) this.#state = 'said-all';
        const shown = this.#edit(events);
        if (shown.length > 0) return { done: false, value: shown };
      }
      if (this.#state !== 'over') this.#finish();
      return over;
    } catch (error) {
      this.#leave();
      throw error instanceof BrokenStream ? error : new BrokenStream(brokenCall(error, this.#reading.deadline), false);
    }
  }

  /** Ends the call in its middle. */
  return(): Promise<Read> {
    this.#leave();
    return Promise.resolve(over);
  }

  #takeOpening(): Buffer | undefined {
    const events = this.#opening;
    this.#opening = undefined;
    return events;
  }

  /** The upstream has said everything that it had to say. */
  #finish(): void {
    const { grammar, secrets, deadline } = this.#reading;
    this.#state = 'over';
    if (this.#source.hasEnded) deadline.close();
    else void drain(this.#source, deadline);
    const { error, finished, usage } = this.#tail.read(grammar, this.#first);
    this.#usage = usage;
    const said = error && saidFailure({ error }, secrets);
    if (said !== undefined) throw new BrokenStream(said, true);
    if (!finished) throw new BrokenStream(cutShort, false);
  }

  #leave(): void {
    if (this.#state === 'over') return;
    this.#state = 'over';
    this.#reading.deadline.close();
    this.#source.leave();
  }
}

/** Nothing follows these events. */
function endsWith(events: Buffer, mark: string): boolean {
  return events.length >= mark.length && events.toString('latin1', events.length - mark.length) === mark;
}

/** The answer is complete: what is left of the connection's words is read so that it can serve again. */
async function drain(source: ReplyBody, deadline: Deadline): Promise<void> {
  deadline.endWithin(drainMs);
  try {
    while ((await source.read()) !== undefined);
  } catch {
    // The caller has its whole answer; that the connection broke after it is the pool's business.
  } finally {
    deadline.close();
  }
}
