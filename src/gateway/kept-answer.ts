import type { StoredAnswer } from '../cache/stored-answer.ts';
import type { StreamAnswer, WholeAnswer } from '../protocol/upstream-answer.ts';
import { watchStream } from './watched-stream.ts';

type Kept = Pick<StoredAnswer, 'kind' | 'headers' | 'usage' | 'chunks'>;

export interface Keeping {
  /** Bytes of an answer that is kept; below 0 nothing is. */
  readonly most: number;
  readonly commit: (kept: Kept) => void;
  /** Hears that nothing will be kept. */
  readonly forget: () => void;
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
  /** As the model gives it: for guards to look at. */
  readonly answer: WholeAnswer | StreamAnswer;

  constructor(given: WholeAnswer | StreamAnswer, keeping: Keeping) {
    this.#given = given;
    this.#keeping = keeping;
    if (keeping.most < 0) keeping.forget();
    if (given.kind === 'whole') {
      this.#add(given.body);
      this.answer = given;
    } else {
      this.answer = { ...given, chunks: watchStream(given.chunks, { chunk: (chunk) => this.#add(chunk) }) };
    }
  }

  /** The answer as the caller has it, which is kept at its end. */
  passed(answer: WholeAnswer | StreamAnswer): WholeAnswer | StreamAnswer {
    if (answer.kind === 'stream') {
      const [ended, broke] = [() => this.#commit(), this.#keeping.forget];
      return { ...answer, chunks: watchStream(answer.chunks, { ended, broke }) };
    }
    this.#commit();
    return answer;
  }

  #add(chunk: Uint8Array): void {
    this.#bytes += chunk.length;
    if (this.#bytes <= this.#keeping.most) this.#chunks.push(chunk);
    else if (this.#chunks.length > 0) {
      this.#chunks.length = 0;
      this.#keeping.forget();
    }
  }

  #commit(): void {
    const { most, commit, forget } = this.#keeping;
    if (this.#bytes > most) {
      forget();
      return;
    }
    const { kind, headers } = this.#given;
    const usage = this.#given.kind === 'whole' ? this.#given.usage : this.#given.usage();
    commit({ kind, headers: keptHeaders(headers), usage: usage ?? null, chunks: this.#chunks });
  }
}
