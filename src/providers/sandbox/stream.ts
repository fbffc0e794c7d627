import { BrokenStream } from '../../protocol/broken-stream.ts';
import type { Generation, GenerationEvent } from '../../protocol/generation.ts';
import type { StreamWriter } from '../../protocol/surface.ts';
import type { StreamAnswer } from '../../protocol/upstream-answer.ts';
import type { Deadline } from '../upstream/deadline.ts';
import { cut, ended } from './failure.ts';

/** The reply word by word; cut in its middle if it is told to. */
export function streamAnswer(
  reply: Generation,
  writer: StreamWriter,
  deadline: Deadline,
  isCut: boolean,
): StreamAnswer {
  const events = eventsOf(reply);
  const count = isCut ? Math.ceil(events.length / 2) : events.length;
  return {
    kind: 'stream',
    headers: { 'content-type': 'text/event-stream' },
    chunks: relay(events.slice(0, count), writer, deadline, isCut),
    usage: () => (isCut ? undefined : reply.usage),
  };
}

async function* relay(
  events: readonly GenerationEvent[],
  writer: StreamWriter,
  deadline: Deadline,
  isCut: boolean,
): AsyncGenerator<Uint8Array, void, undefined> {
  try {
    for (const event of events) {
      if (deadline.aborted) throw new BrokenStream(ended(deadline.expired()), false);
      yield Buffer.from(writer.write(event));
    }
    if (isCut) throw new BrokenStream(cut, false);
  } finally {
    deadline.close();
  }
}

function eventsOf({ content, finish, usage }: Generation): readonly GenerationEvent[] {
  return [...content.flatMap(stepsOf), { kind: 'finish', finish, usage }];
}

function stepsOf(part: Generation['content'][number]): readonly GenerationEvent[] {
  if (part.kind === 'tool-call') {
    const { id, name, input } = part;
    return [
      { kind: 'tool-start', id, name },
      { kind: 'tool-input', id, text: input },
      { kind: 'tool-end', id },
    ];
  }
  const words = part.text.match(/\s*\S+\s*$|\s*\S+/g) ?? [part.text];
  return words.map((text) => ({ kind: part.kind, text }));
}
