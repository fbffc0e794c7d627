import type { StreamAnswer, WholeAnswer } from '../protocol/upstream-answer.ts';
import type { Usage } from '../protocol/usage.ts';

interface GivenAnswer {
  readonly answer: WholeAnswer | StreamAnswer;
  readonly end: (usage: Usage | undefined) => unknown;
}

/** Nobody gets an answer that was given: its upstream is let go, and what it has counted so far counts. */
export async function abandonAnswer({ answer, end }: GivenAnswer): Promise<void> {
  if (answer.kind === 'stream') await answer.chunks[Symbol.asyncIterator]().return?.();
  end(answer.kind === 'whole' ? answer.usage : answer.usage());
}
