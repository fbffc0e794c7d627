import type { JsonObject } from '../../protocol/json.ts';
import type { StreamGrammar } from '../../protocol/surface.ts';
import type { UpstreamFailure } from '../../protocol/upstream-answer.ts';
import { badResponse, saidFailure } from '../upstream/failure.ts';
import { cleanWords } from '../upstream/upstream-words.ts';
import type { EventReader } from './event-reader.ts';
import { eachData, readEvent } from './events.ts';

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
  reader: EventReader,
  grammar: StreamGrammar,
  secrets: readonly string[],
): Promise<Opening | UpstreamFailure> {
  const held: Buffer[] = [];
  let first: JsonObject | undefined;
  for (let events = await reader.next(); events !== undefined; events = await reader.next()) {
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
