import { setTimeout as sleep } from 'node:timers/promises';

const everyMs = 20;
const atMostMs = 60_000;

/** Asks again and again until there is an answer. Nothing is said of how long it takes, only that it comes. */
export async function until<Answer>(
  what: string,
  ask: () => Answer | undefined | Promise<Answer | undefined>,
): Promise<Answer> {
  for (const end = performance.now() + atMostMs; performance.now() < end; ) {
    const answer = await ask();
    if (answer !== undefined) return answer;
    await sleep(everyMs);
  }
  throw new Error(`in vain waited for ${what}`);
}
