import { type AnswerStore, createAnswerStore } from '../cache/answer-store.ts';
import { Flights } from '../cache/flights.ts';
import type { StoredAnswer } from '../cache/stored-answer.ts';
import { VectorIndex } from '../cache/vector-index.ts';
import type { CacheSettings } from '../config/config.ts';
import type { CacheStore } from '../stores/cache-store.ts';
import type { Clock } from './clock.ts';

/** What all requests of a gateway cache with. */
export interface AnswerCaches {
  readonly settings: CacheSettings;
  readonly answers: AnswerStore;
  readonly flights: Flights<StoredAnswer>;
  /** Of this process: answers that another has given are not found by what was asked. */
  readonly questions: VectorIndex;
  /** Hears of what goes wrong where no request waits for it. */
  readonly bug: (requestId: string, error: unknown) => void;
}

interface CachingTools extends Pick<AnswerCaches, 'bug'> {
  readonly store: Pick<CacheStore, 'get' | 'put'>;
  readonly clock: Clock;
}

export function createAnswerCaches(settings: CacheSettings, { store, clock, bug }: CachingTools): AnswerCaches {
  return {
    settings,
    answers: createAnswerStore(store, { ...clock, bug }),
    flights: new Flights(),
    questions: new VectorIndex(settings.semantic?.entries ?? 0),
    bug,
  };
}
