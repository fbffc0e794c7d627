import { randomInt } from 'node:crypto';
import type { Clock } from './clock.ts';
import type { LivePolicies } from './live-policies.ts';

/** Processes ask about once a second, and not all of them at the same moment. */
const everyMs = 1000;
const spreadMs = 250;

/** Takes up what is pushed elsewhere, until it is told to stop. */
export function followStore(live: Pick<LivePolicies, 'follow' | 'tools'>, clock: Clock): () => Promise<void> {
  const stopped = new AbortController();
  const follow = async (): Promise<void> => {
    let why: string | undefined;
    while (!stopped.signal.aborted) {
      await clock.sleep(everyMs + randomInt(-spreadMs, spreadMs), stopped.signal);
      if (stopped.signal.aborted) return;
      try {
        await live.follow();
        why = undefined;
      } catch (error) {
        // The store is away, or what it keeps is damaged: what is in force stays, and it is asked again.
        const found = error instanceof Error ? error.message : String(error);
        if (found !== why) live.tools.told.warn(`policies of the store cannot be followed: ${found}`);
        why = found;
      }
    }
  };
  const following = follow();
  return async () => {
    stopped.abort();
    await following;
  };
}
