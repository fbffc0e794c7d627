import type { LanguageModelV4StreamPart } from '@ai-sdk/provider';
import type { ApiRequest } from '../../protocol/api-request.ts';
import { BrokenStream } from '../../protocol/broken-stream.ts';
import type { GenerationEvent } from '../../protocol/generation.ts';
import type { StreamWriter } from '../../protocol/surface.ts';
import type { StreamAnswer, UpstreamFailure } from '../../protocol/upstream-answer.ts';
import type { Usage } from '../../protocol/usage.ts';
import type { Deadline } from '../upstream/deadline.ts';
import { cutShort } from '../upstream/failure.ts';
import { translationFailure } from './failure.ts';
import { lostHeader } from './lost-header.ts';
import { EventReader } from './read-events.ts';

/** Waits for the first step of the answer: until then the call can fail over. */
export async function streamTranslated(
  stream: ReadableStream<LanguageModelV4StreamPart>,
  request: ApiRequest,
  writer: StreamWriter,
  deadline: Deadline,
  secrets: readonly string[],
): Promise<StreamAnswer | UpstreamFailure> {
  const reader = new EventReader();
  const steps = readSteps(stream, reader);
  let first: IteratorResult<GenerationEvent>;
  try {
    first = await steps.next();
  } catch (error) {
    await steps.return(undefined);
    return translationFailure(error, deadline, secrets);
  }
  if (first.done) return cutShort;
  deadline.firstTokenArrived();
  const headers = { 'content-type': 'text/event-stream; charset=utf-8', ...lostHeader(request, reader.warnings) };
  const translated: Translated = { steps, writer, deadline, secrets, usage: undefined };
  return { kind: 'stream', headers, chunks: relay(translated, first.value), usage: () => translated.usage };
}

/** A stream on its way. */
interface Translated {
  readonly steps: AsyncGenerator<GenerationEvent, void, undefined>;
  readonly writer: StreamWriter;
  readonly deadline: Deadline;
  readonly secrets: readonly string[];
  usage: Usage | undefined;
}

async function* relay(of: Translated, opening: GenerationEvent): AsyncGenerator<Uint8Array, void, undefined> {
  const { steps, writer, deadline, secrets } = of;
  let isOver = false;
  try {
    for (let next: IteratorResult<GenerationEvent> = { value: opening }; !next.done; next = await steps.next()) {
      const event = next.value;
      if (event.kind === 'finish') {
        isOver = true;
        of.usage = event.usage;
      }
      const text = writer.write(event);
      if (text !== '') yield Buffer.from(text);
    }
    if (!isOver) throw new BrokenStream(cutShort, false);
  } catch (error) {
    throw error instanceof BrokenStream ? error : new BrokenStream(translationFailure(error, deadline, secrets), false);
  } finally {
    if (isOver) deadline.close();
    // Not every package passes it on to its call when its stream is left.
    else deadline.endWithin(0);
    await steps.return(undefined);
  }
}

/** Leaving the loop ends the upstream call. */
async function* readSteps(
  stream: ReadableStream<LanguageModelV4StreamPart>,
  reader: EventReader,
): AsyncGenerator<GenerationEvent, void, undefined> {
  for await (const part of stream) yield* reader.read(part);
}
