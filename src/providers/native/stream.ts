import { BrokenStream } from '../../protocol/broken-stream.ts';
import type { StreamGrammar } from '../../protocol/surface.ts';
import type { AnswerHeaders, StreamAnswer, UpstreamFailure } from '../../protocol/upstream-answer.ts';
import type { Usage } from '../../protocol/usage.ts';
import type { Deadline } from '../upstream/deadline.ts';
import { brokenCall, cutShort, saidFailure } from '../upstream/failure.ts';
import { EventReader } from './event-reader.ts';
import { type Opening, readOpening } from './opening.ts';
import { type StreamEnd, StreamTail } from './stream-end.ts';

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

export async function readStream(
  source: AsyncIterator<Buffer>,
  { grammar, headers, deadline, secrets, editorFor }: StreamReading,
): Promise<StreamAnswer | UpstreamFailure> {
  const reader = new EventReader(source);
  const opening = await readOpening(reader, grammar, secrets);
  if ('kind' in opening) return opening;
  const { first } = opening;
  const held = opening.events;
  deadline.firstTokenArrived();
  const tail = new StreamTail();
  const edit = editorFor(opening);
  const endMark = Buffer.from(grammar.endMark);
  let usage: Usage | undefined;

  async function* relay(): AsyncGenerator<Uint8Array, void, undefined> {
    let isOver = false;
    try {
      for (let events: Buffer | undefined = held; events !== undefined; ) {
        tail.add(events);
        const shown = edit(events);
        if (shown.length > 0) yield shown;
        events = endsWith(events, endMark) ? undefined : await reader.next();
      }
      isOver = true;
      const end = tail.read(grammar, first);
      usage = end.usage;
      checkEnd(end, secrets);
    } catch (error) {
      throw error instanceof BrokenStream ? error : new BrokenStream(brokenCall(error, deadline), false);
    } finally {
      if (isOver) void drain(source, deadline);
      else await leave(source, deadline);
    }
  }
  return { kind: 'stream', headers, chunks: relay(), usage: () => usage };
}

/** Nothing follows these events. */
function endsWith(events: Buffer, mark: Buffer): boolean {
  return events.length >= mark.length && events.compare(mark, 0, mark.length, events.length - mark.length) === 0;
}

/** The answer is complete: what is left of the connection's words is read so that it can serve again. */
async function drain(source: AsyncIterator<Buffer>, deadline: Deadline): Promise<void> {
  deadline.endWithin(drainMs);
  try {
    for (let next = await source.next(); !next.done; ) next = await source.next();
  } catch {
    // The caller has its whole answer; that the connection broke after it is the pool's business.
  } finally {
    deadline.close();
  }
}

/** Ends the call in its middle. */
async function leave(source: AsyncIterator<Buffer>, deadline: Deadline): Promise<void> {
  deadline.close();
  await source.return?.();
}

function checkEnd({ error, finished }: StreamEnd, secrets: readonly string[]): void {
  const said = error && saidFailure({ error }, secrets);
  if (said !== undefined) throw new BrokenStream(said, true);
  if (!finished) throw new BrokenStream(cutShort, false);
}
