import { resolve } from 'node:path';
import type { CacheBounds } from './stores/cache-store.ts';
import { createMemoryStore } from './stores/memory/store.ts';
import type { Store } from './stores/store.ts';

/** Where the store is, as the config writes it: `memory`, `sqlite:FILE`, `redis://…`, `rediss://…` or `upstash:https://…`. */
export interface StoreConfig {
  readonly url: string;
  /** Upstash's; a secret. */
  readonly token?: string;
  /** Of the answers that it keeps. */
  readonly bounds?: CacheBounds;
}

/** Opens the store of a config whose folder is `folder`. Rejects with `StoreUnavailable` or `StoreTooNew`, with a message for the operator. */
export async function createStore({ url, token = '', bounds }: StoreConfig, folder = '.'): Promise<Store> {
  // What is not used is not loaded.
  if (url === 'memory') return createMemoryStore(bounds);
  const bounded = bounds && { bounds };
  if (url.startsWith('sqlite:')) {
    const { openSqliteStore } = await import('./stores/sqlite/store.ts');
    return openSqliteStore({ file: resolve(folder, url.slice('sqlite:'.length)), ...bounded });
  }
  if (url.startsWith('upstash:')) {
    const { openUpstashStore } = await import('./stores/upstash/store.ts');
    return openUpstashStore({ url: url.slice('upstash:'.length), token, ...bounded });
  }
  const { openRedisStore } = await import('./stores/redis/store.ts');
  return openRedisStore({ url, ...bounded });
}
