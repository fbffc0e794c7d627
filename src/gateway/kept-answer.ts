import type { StoredAnswer } from '../cache/stored-answer.ts';
import type { StreamAnswer, UpstreamFailure, WholeAnswer } from '../protocol/upstream-answer.ts';
import type { Usage } from '../protocol/usage.ts';
import type { Written } from './sent-text.ts';
import type { Settled } from './spending.ts';
import { watchStream } from './watched-stream.ts';

export type Kept = Pick<StoredAnswer, 'kind' | 'headers' | 'usage' | 'cost' | 'chunks'>;

export interface Keeping {
  /** Bytes of an answer that is kept; below 0 nothing is. */
  readonly most: number;
  readonly commit: (kept: Kept) => void;
  /** Hears that nothing will be kept. */
  readonly forget: () => void;
}

/** An answer that is on its way, and whom to tell when it has ended. */
interface Passing {
  readonly answer: WholeAnswer | StreamAnswer;
  readonly end: (told: Usage | undefined, written: Written, broken?: UpstreamFailure) => Settled;
}

/** How long the upstream took is true of one call alone. */
function keptHeaders({ 'openai-processing-ms': _, ...headers }: WholeAnswer['headers']): WholeAnswer['headers'] {
  return headers;
}

/**
 * An answer that is written down as its model gives it, and kept once its caller has it: guards on output stand in between, and what one of
 * them blocks is not kept, nor what breaks off or is not read to its end.
 */
export class KeptAnswer {
  readonly #keeping: Keeping;
  readonly #given: WholeAnswer | StreamAnswer;
  readonly #chunks: Uint8Array[] = [];
  #bytes = 0;
  #isOver = false;
  /** As the model gives it: for guards to look at. */
  readonly answer: WholeAnswer | StreamAnswer;

  constructor(given: WholeAnswer | StreamAnswer, keeping: Keeping) {
    this.#given = given;
    this.#keeping = keeping;
    if (keeping.most < 0) this.#forget();
    if (given.kind === 'whole') {
      this.#add(given.body);
      this.answer = given;
    } else {
      this.answer = { ...given, chunks: watchStream(given.chunks, { chunk: (chunk) => this.#add(chunk) }) };
    }
  }

  /** The answer as the caller has it, which is kept at its end. */
  passed({ answer, end }: Passing): Passing {
    let isRead = answer.kind === 'whole';
    const ended = () => {
      isRead = true;
    };
    const left = () => this.#forget();
    return {
      answer:
        answer.kind === 'whole' ? answer : { ...answer, chunks: watchStream(answer.chunks, { ended, broke: left }) },
      end: (told, written, broken) => {
        const settled = end(told, written, broken);
        if (isRead) this.#commit(settled);
        return settled;
      },
    };
  }

  #add(chunk: Uint8Array): void {
    if (this.#isOver) return;
    this.#bytes += chunk.length;
    if (this.#bytes > this.#keeping.most) this.#forget();
    else this.#chunks.push(chunk);
  }

  #forget(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#chunks.length = 0;
    this.#keeping.forget();
  }

  #commit({ usage, cost }: Settled): void {
    if (this.#isOver) return;
    this.#isOver = true;
    const { kind, headers } = this.#given;
    this.#keeping.commit({ kind, headers: keptHeaders(headers), usage, cost: cost ?? null, chunks: this.#chunks });
  }
}
