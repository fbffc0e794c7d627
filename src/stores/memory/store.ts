import { type CacheBounds, defaultCacheBounds } from '../cache-store.ts';
import { callEngine } from '../call-engine.ts';
import { storeOf } from '../call-store.ts';
import { createEngine } from '../engine.ts';
import { type Store, StoreUnavailable } from '../store.ts';
import { createMemoryRows } from './rows.ts';

/** A store of one process: exact within it, gone with it. */
export function createMemoryStore(bounds: CacheBounds = defaultCacheBounds): Store {
  const engine = createEngine(createMemoryRows(), bounds);
  let isClosed = false;
  return storeOf({
    async call(request) {
      if (isClosed) throw new StoreUnavailable('closed', 'the store in memory was closed');
      // A copy, as over a wire: nobody changes rows from outside.
      return structuredClone(callEngine(engine, structuredClone(request)));
    },
    async close() {
      isClosed = true;
    },
  });
}
