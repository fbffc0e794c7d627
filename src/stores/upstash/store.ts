import { Redis } from '@upstash/redis';
import { type CacheBounds, defaultCacheBounds } from '../cache-store.ts';
import { type LuaScript, scriptKeys } from '../lua-scripts.ts';
import { openScriptStore } from '../script-store.ts';
import type { Store } from '../store.ts';
import { unavailable } from '../unavailable.ts';
import { within } from '../within.ts';

export interface UpstashOptions {
  /** `https://…`, without the token. */
  readonly url: string;
  readonly token: string;
  readonly bounds?: CacheBounds;
  readonly timeoutMs?: number;
}

/** A store in Upstash's Redis over HTTP. Its client sends again after a dropped connection: every script knows what it has done. */
export async function openUpstashStore(options: UpstashOptions): Promise<Store> {
  const { url, token, bounds = defaultCacheBounds, timeoutMs = 4000 } = options;
  const where = `the store upstash:${new URL(url).origin}`;
  const client = new Redis({
    url,
    token,
    automaticDeserialization: false,
    enableTelemetry: false,
    retry: { retries: 4, backoff: (retries) => 20 * 2 ** retries },
    signal: () => AbortSignal.timeout(timeoutMs),
  });
  const run = async ({ text, sha1 }: LuaScript, words: readonly string[]): Promise<unknown> => {
    try {
      return await within(timeoutMs, where, async () => {
        try {
          return await client.evalsha(sha1, [...scriptKeys], [...words]);
        } catch (error) {
          if (!(error instanceof Error && error.message.includes('NOSCRIPT'))) throw error;
          return client.eval(text, [...scriptKeys], [...words]);
        }
      });
    } catch (error) {
      throw unavailable(where, error);
    }
  };
  return openScriptStore(run, where, bounds, async () => undefined);
}
