import { BrokenStream } from '../../protocol/broken-stream.ts';
import type { AnswerHeaders, StreamAnswer, UpstreamFailure } from '../../protocol/upstream-answer.ts';
import type { Usage } from '../../protocol/usage.ts';
import type { Deadline } from '../upstream/deadline.ts';
import { badResponse, brokenCall, cutShort, saidFailure } from '../upstream/failure.ts';
import { cleanWords } from '../upstream/upstream-words.ts';
import { EventCutter, endsStream, firstData, readEvent } from './events.ts';
import { type StreamEnd, StreamTail } from './stream-end.ts';

const drainMs = 500;

/** Waits for the first event: until then the call can fail over, and an error in its place is a failure like any other. */
export async function readStream(
  source: AsyncIterator<Buffer>,
  headers: AnswerHeaders,
  deadline: Deadline,
  secrets: readonly string[],
): Promise<StreamAnswer | UpstreamFailure> {
  const cutter = new EventCutter();
  const first = await readFirstEvents(source, cutter);
  if (first === undefined) return badResponse('a stream that ended before its first event');
  const failure = checkFirstEvent(first, secrets);
  if (failure !== undefined) return failure;
  deadline.firstTokenArrived();
  const tail = new StreamTail();
  tail.add(first);
  let usage: Usage | undefined;

  async function* relay(events: Buffer): AsyncGenerator<Uint8Array, void, undefined> {
    let isOver = endsStream(events);
    try {
      yield events;
      while (!isOver) {
        const next = await source.next();
        const whole = next.done ? lastEvent(cutter) : cutter.push(next.value);
        if (whole !== undefined) {
          tail.add(whole);
          yield whole;
        }
        isOver = next.done === true || (whole !== undefined && endsStream(whole));
      }
      const end = tail.read();
      usage = end.usage;
      checkEnd(end, secrets);
    } catch (error) {
      throw error instanceof BrokenStream ? error : new BrokenStream(brokenCall(error, deadline), false);
    } finally {
      if (isOver) void drain(source, deadline);
      else await leave(source, deadline);
    }
  }
  return { kind: 'stream', headers, chunks: relay(first), usage: () => usage };
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

/** Comments keep connections alive and say nothing: they are held until an event follows them. */
async function readFirstEvents(source: AsyncIterator<Buffer>, cutter: EventCutter): Promise<Buffer | undefined> {
  const held: Buffer[] = [];
  for (let next = await source.next(); !next.done; next = await source.next()) {
    const events = cutter.push(next.value);
    if (events === undefined) continue;
    held.push(events);
    if (firstData(events.toString()) !== undefined) return held.length === 1 ? events : Buffer.concat(held);
  }
  return lastEvent(cutter);
}

/** An event that only lacks its blank line; half an event is dropped. */
function lastEvent(cutter: EventCutter): Buffer | undefined {
  const rest = cutter.rest()?.toString().trimEnd();
  const data = firstData(rest ?? '');
  return data !== undefined && readEvent(data) !== undefined ? Buffer.from(`${rest}\n\n`) : undefined;
}

function checkFirstEvent(first: Buffer, secrets: readonly string[]): UpstreamFailure | undefined {
  const data = firstData(first.toString()) ?? '';
  const event = readEvent(data);
  if (event === 'done') return badResponse('a stream without a single event');
  if (event === undefined)
    return badResponse(cleanWords(`a stream whose first event is no JSON object: ${data}`, secrets));
  return saidFailure(event, secrets);
}

function checkEnd({ error, finished }: StreamEnd, secrets: readonly string[]): void {
  const said = error && saidFailure(error, secrets);
  if (said !== undefined) throw new BrokenStream(said, true);
  if (!finished) throw new BrokenStream(cutShort, false);
}
