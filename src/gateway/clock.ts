/** The gateway's time: how long things take, and waiting. */
export interface Clock {
  /** Milliseconds from some fixed moment, never running backwards. */
  now(): number;
  /** Resolves when the time has passed, or at once when `signal` aborts. */
  sleep(milliseconds: number, signal: AbortSignal): Promise<void>;
}

export const systemClock: Clock = {
  now: () => performance.now(),
  sleep: (milliseconds, signal) =>
    new Promise((resolve) => {
      if (signal.aborted) return resolve();
      const end = () => {
        clearTimeout(timer);
        signal.removeEventListener('abort', end);
        resolve();
      };
      const timer = setTimeout(end, Math.max(milliseconds, 0));
      signal.addEventListener('abort', end);
    }),
};
