import { createClient } from 'redis';
import { type CacheBounds, defaultCacheBounds } from '../cache-store.ts';
import { type LuaScript, scriptKeys } from '../lua-scripts.ts';
import { openScriptStore } from '../script-store.ts';
import type { Store } from '../store.ts';
import { notOpened, unavailable } from '../unavailable.ts';
import { within } from '../within.ts';

export interface RedisOptions {
  /** `redis://…` or `rediss://…`, with its password: never shown. */
  readonly url: string;
  readonly bounds?: CacheBounds;
  readonly timeoutMs?: number;
}

const longestWaitMs = 500;

/** A store in Redis, exact across machines. While Redis is away calls fail at once; the connection is made again by itself. */
export async function openRedisStore({
  url,
  bounds = defaultCacheBounds,
  timeoutMs = 2000,
}: RedisOptions): Promise<Store> {
  const where = `the store ${new URL(url).protocol}//${new URL(url).host}`;
  const client = createClient({
    url,
    disableOfflineQueue: true,
    commandsQueueMaxLength: 10_000,
    socket: {
      connectTimeout: timeoutMs,
      reconnectStrategy: (retries) => Math.min(longestWaitMs, 20 * 2 ** Math.min(retries, 8)),
    },
  });
  // Every call that is under way hears of it; without a listener Node would end the process.
  client.on('error', () => undefined);
  const run = async ({ text, sha1 }: LuaScript, words: readonly string[]): Promise<unknown> => {
    const rest = [String(scriptKeys.length), ...scriptKeys, ...words];
    try {
      return await within(timeoutMs, where, async () => {
        try {
          return await client.sendCommand(['EVALSHA', sha1, ...rest]);
        } catch (error) {
          if (!(error instanceof Error && error.message.startsWith('NOSCRIPT'))) throw error;
          return client.sendCommand(['EVAL', text, ...rest]);
        }
      });
    } catch (error) {
      throw unavailable(where, error);
    }
  };
  const close = async () => client.destroy();
  try {
    await within(timeoutMs, where, () => client.connect());
    return await openScriptStore(run, where, bounds, close);
  } catch (error) {
    client.destroy();
    throw notOpened(where, error);
  }
}
