import type { CacheStore } from '../stores/cache-store.ts';
import { StoreUnavailable } from '../stores/store.ts';
import { readStored, type StoredAnswer, writeStored } from './stored-answer.ts';

/** Answers by scope and key. A store that is away has none, and keeps none. */
export interface AnswerStore {
  get(scope: string, key: string): Promise<StoredAnswer | undefined>;
  /** In its own time. */
  put(scope: string, key: string, answer: StoredAnswer, ttlMs: number): void;
}

/** After the store has not answered, it is left alone this long. */
const restMs = 250;
/** So many answers are on their way into the store at once; what comes on top is not kept. */
const mostOnTheWay = 100;

export interface AnswerStoreTools {
  readonly now: () => number;
  readonly wallNow: () => number;
  /** Hears of what goes wrong where nobody waits for it. */
  readonly bug: (requestId: string, error: unknown) => void;
}

export function createAnswerStore(store: Pick<CacheStore, 'get' | 'put'>, tools: AnswerStoreTools): AnswerStore {
  let restsUntil = Number.NEGATIVE_INFINITY;
  let onTheWay = 0;
  const ask = async <Answer>(call: () => Promise<Answer>): Promise<Answer | undefined> => {
    if (tools.now() < restsUntil) return undefined;
    try {
      return await call();
    } catch (error) {
      if (!(error instanceof StoreUnavailable)) throw error;
      restsUntil = tools.now() + restMs;
      return undefined;
    }
  };
  return {
    async get(scope, key) {
      const bytes = await ask(() => store.get({ scope, key, now: tools.wallNow() }));
      return bytes ? readStored(bytes) : undefined;
    },
    put(scope, key, answer, ttlMs) {
      if (onTheWay >= mostOnTheWay) return;
      onTheWay += 1;
      const entry = { scope, key, bytes: writeStored(answer), now: tools.wallNow(), ttlMs };
      void ask(() => store.put(entry))
        .catch((error: unknown) => tools.bug(answer.of, error))
        .finally(() => {
          onTheWay -= 1;
        });
    },
  };
}
