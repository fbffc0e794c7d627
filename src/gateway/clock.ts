import type { LeavingSignal } from '../providers/leaving.ts';

/** The gateway's time: how long things take, and waiting. */
export interface Clock {
  /** Milliseconds from some fixed moment, never running backwards. */
  now(): number;
  /** Milliseconds since 1970: what calendars and stores count by. */
  wallNow(): number;
  /** Resolves when the time has passed, or at once when `signal` aborts. */
  sleep(milliseconds: number, signal: LeavingSignal): Promise<void>;
}

/** What a timer can hold: beyond it, Node fires at once. Whoever waits longer asks again. */
const longestTimer = 2 ** 31 - 1;

export const systemClock: Clock = {
  now: () => performance.now(),
  wallNow: () => Date.now(),
  sleep: (milliseconds, signal) =>
    new Promise((resolve) => {
      if (signal.aborted) return resolve();
      const end = () => {
        clearTimeout(timer);
        signal.removeEventListener('abort', left);
        resolve();
      };
      const left = { handleEvent: end };
      const timer = setTimeout(end, Math.min(milliseconds, longestTimer));
      signal.addEventListener('abort', left);
    }),
};
