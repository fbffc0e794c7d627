import type { JsonObject } from '../../protocol/json.ts';
import type { StreamGrammar } from '../../protocol/surface.ts';
import type { UpstreamFailure } from '../../protocol/upstream-answer.ts';
import { badResponse, saidFailure } from '../upstream/failure.ts';
import { cleanWords } from '../upstream/upstream-words.ts';
import { type EventCutter, eachData, readEvent } from './events.ts';

/** The beginning of a stream, up to the first event of the answer itself. */
export interface Opening {
  readonly events: Buffer;
  /** The stream's first event. */
  readonly first: JsonObject | undefined;
}

/**
 * Waits until the answer itself begins: until then the call can fail over, and an error in its place is a failure like any other. Comments
 * keep connections alive and say nothing: they are held, as is what comes before an answer.
 */
export async function readOpening(
  source: AsyncIterator<Buffer>,
  cutter: EventCutter,
  grammar: StreamGrammar,
  secrets: readonly string[],
): Promise<Opening | UpstreamFailure> {
  const held: Buffer[] = [];
  let first: JsonObject | undefined;
  for await (const events of wholeEvents(source, cutter)) {
    held.push(events);
    for (const data of eachData(events.toString())) {
      const event = readEvent(data);
      if (event === 'done') return badResponse('a stream without a single event');
      if (event === undefined) return notJson(data, secrets);
      first ??= event;
      if (grammar.isPreamble(event)) continue;
      const error = grammar.errorIn(event);
      const failure = error && saidFailure({ error }, secrets);
      return failure ?? { events: held.length === 1 ? events : Buffer.concat(held), first };
    }
  }
  return badResponse('a stream that ended before its answer began');
}

function notJson(data: string, secrets: readonly string[]): UpstreamFailure {
  return badResponse(cleanWords(`a stream whose first event is no JSON object: ${data}`, secrets));
}

/** Does not close `source` when its reader leaves: the rest of the stream is read from there. */
export async function* wholeEvents(
  source: AsyncIterator<Buffer>,
  cutter: EventCutter,
): AsyncGenerator<Buffer, void, undefined> {
  for (let next = await source.next(); !next.done; next = await source.next()) {
    const events = cutter.push(next.value);
    if (events !== undefined) yield events;
  }
  const last = lastEvent(cutter);
  if (last !== undefined) yield last;
}

/** An event that only lacks its blank line; half an event is dropped. */
function lastEvent(cutter: EventCutter): Buffer | undefined {
  const rest = cutter.rest()?.toString().trimEnd() ?? '';
  for (const data of eachData(rest)) return readEvent(data) === undefined ? undefined : Buffer.from(`${rest}\n\n`);
  return undefined;
}
