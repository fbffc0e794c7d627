import { expect, it } from 'vitest';
import { systemClock } from '../../src/gateway/clock.ts';

it('stops waiting when the caller goes away', async () => {
  const caller = new AbortController();
  const waiting = systemClock.sleep(3_600_000, caller.signal);
  caller.abort();
  await waiting;
  await systemClock.sleep(3_600_000, caller.signal);
  expect(caller.signal.aborted).toBe(true);
});
