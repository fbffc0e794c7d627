import { BrokenStream } from '../protocol/broken-stream.ts';
import type { StreamAnswer, WholeAnswer } from '../protocol/upstream-answer.ts';
import type { Usage } from '../protocol/usage.ts';
import { SentText, type Written } from './sent-text.ts';
import type { Settled } from './spending.ts';

interface GivenAnswer {
  readonly answer: WholeAnswer | StreamAnswer;
  readonly end: (told: Usage | undefined, written: Written) => Settled;
}

/** Nobody gets an answer that was given: its upstream is let go, and what it has written so far counts. */
export async function abandonAnswer({ answer, end }: GivenAnswer): Promise<Settled> {
  if (answer.kind === 'whole') return end(answer.usage, answer.body);
  const sent = new SentText();
  // A stream that nobody has begun to read cannot be left: its first events are there already.
  for await (const events of neverBroken(answer.chunks)) {
    sent.add(events);
    break;
  }
  return end(answer.usage(), sent);
}

/** However it ends, it has ended. */
async function* neverBroken(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  try {
    yield* chunks;
  } catch (error) {
    if (!(error instanceof BrokenStream)) throw error;
  }
}
