import { BlockedStream, EventGuard } from '../guards/event-guard.ts';
import type { ActiveGuard } from '../guards/guard.ts';
import { createGuardStream, type GuardStream } from '../guards/guard-stream.ts';
import type { GuardedRequest } from '../guards/guard-text.ts';
import { BrokenStream } from '../protocol/broken-stream.ts';
import { parseJsonObject } from '../protocol/json.ts';
import type { Surface } from '../protocol/surface.ts';
import type { StreamTexts } from '../protocol/texts/stream-texts.ts';
import type { StreamAnswer } from '../protocol/upstream-answer.ts';
import { guardBlocked } from './guard-blocked.ts';
import type { SentText } from './sent-text.ts';

/** UTF-16 units of events that may be held back. A longer answer is not let through unseen. */
const mostHeld = 64_000_000;

interface Guarding {
  readonly surface: Surface;
  readonly texts: StreamTexts;
  readonly guards: readonly ActiveGuard[];
  readonly request: GuardedRequest;
  /** Hears what the upstream has written, whether or not it goes on. */
  readonly written: SentText;
  /** Hears what was found, when the stream has ended. */
  readonly tell: (reports: GuardStream['reports']) => void;
}

/** The answer as it may go on, event by event. It breaks off with a `GatewayError` where a guard blocks it, and the upstream is let go. */
export function guardStream(answer: StreamAnswer, guarding: Guarding): StreamAnswer {
  return { ...answer, chunks: relay(answer, guarding) };
}

async function* relay(answer: StreamAnswer, guarding: Guarding): AsyncGenerator<Uint8Array, void, undefined> {
  const { guards, request, written } = guarding;
  const decides = request.placeholders.canRestore || guards.some(({ action }) => action !== 'observe');
  const stream = createGuardStream(guards, request);
  const events = new GuardedEvents(guarding, stream);
  try {
    yield* relayed(answer, events, written, { decides, holds: stream.holds });
  } catch (error) {
    throw error instanceof BlockedStream ? guardBlocked(error.blocked, 'answer') : error;
  } finally {
    guarding.tell(stream.reports);
  }
}

/** Where no guard decides anything the bytes pass as they are, once they were looked at. */
async function* relayed(
  answer: StreamAnswer,
  events: GuardedEvents,
  written: SentText,
  { decides, holds }: { readonly decides: boolean; readonly holds: boolean },
): AsyncGenerator<Uint8Array, void, undefined> {
  const held: string[] = [];
  let units = 0;
  try {
    for await (const chunk of answer.chunks) {
      written.add(chunk);
      const text = await events.take(chunk);
      if (!decides) yield chunk;
      else if (holds) {
        held.push(text);
        units += text.length;
        if (units > mostHeld) throw new BlockedStream({ guard: 'stream', rule: 'too-long' });
      } else if (text !== '') yield Buffer.from(text);
    }
    const rest = held.join('') + (await events.finish());
    if (decides && rest !== '') yield Buffer.from(rest);
  } catch (error) {
    // What was said before an upstream broke off has been seen: only what waits for its end has not.
    if (!(error instanceof BrokenStream) || holds) throw error;
    const rest = await events.finish();
    if (decides && rest !== '') yield Buffer.from(rest);
    throw error;
  }
}

const done = '[DONE]';

/** Whole events in, whole events out. */
class GuardedEvents {
  readonly #surface: Surface;
  readonly #guard: EventGuard;

  constructor({ surface, texts, request }: Guarding, stream: GuardStream) {
    this.#surface = surface;
    this.#guard = new EventGuard(texts, stream, request.placeholders);
  }

  async take(chunk: Uint8Array): Promise<string> {
    let text = '';
    for (const event of Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength)
      .toString()
      .split(/\r?\n\r?\n/)) {
      text += await this.#one(event);
    }
    return text;
  }

  finish(): Promise<string> {
    return this.#guard.finish();
  }

  /** What is no event of the API is nobody's to read, and is not passed on: it could not be looked at. */
  async #one(event: string): Promise<string> {
    const data = event
      .split(/\r?\n/)
      .flatMap((line) => (line.startsWith('data:') ? [line.slice('data:'.length).replace(/^ /, '')] : []))
      .join('\n');
    if (data.trim() === '') return '';
    if (data.trim() === done) return `${await this.#guard.finish()}data: ${done}\n\n`;
    const said = parseJsonObject(data);
    if (said === undefined) return '';
    if (this.#surface.native.stream.errorIn(said) !== undefined)
      return `${await this.#guard.finish()}${event.trim()}\n\n`;
    return this.#guard.take(said);
  }
}
