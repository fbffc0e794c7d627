import { counterKey } from './counter-at.ts';
import { counterDue } from './counter-due.ts';
import { noState, readingOf, refillOf } from './counter-state.ts';
import type { Counter, CounterStore, ReservationName, ReserveAnswer, ReserveRequest } from './counter-store.ts';
import { closeScript, type RunScript, readScript, reserveScript } from './lua-scripts.ts';
import { whyRefused } from './why-refused.ts';

export function createScriptCounters(run: RunScript): CounterStore {
  return {
    async read(counters, now) {
      const found = await numbers(run(readScript, [String(now), ...counters.flatMap(wordsOf)]));
      return counters.map((_, index) =>
        readingOf({ ...noState, taken: found[2 * index] ?? 0, open: found[2 * index + 1] ?? 0 }),
      );
    },
    async reserve(request) {
      const { entries, now, expiresAt } = request;
      const words = entries.flatMap(({ counter, amount, bound }) => [
        ...wordsOf(counter),
        String(amount),
        String(bound),
      ]);
      return readAnswer(
        request,
        await numbers(run(reserveScript, [String(now), idOf(request), String(expiresAt), ...words])),
      );
    },
    async settle(request) {
      const words = request.used.flatMap(({ counter, amount }) => [...wordsOf(counter), String(amount)]);
      await run(closeScript, [String(request.now), idOf(request), 'settle', ...words]);
    },
    async release(request) {
      await run(closeScript, [String(request.now), idOf(request), 'release']);
    },
  };
}

const idOf = ({ requestId, attempt }: ReservationName): string => `${attempt}/${requestId}`;

/** A counter as the scripts read it. */
function wordsOf(counter: Counter): readonly string[] {
  const { amount, everyMs } = refillOf(counter);
  const due = counter.kind === 'window' ? counterDue(counter, noState, 0) : null;
  return [
    counterKey(counter),
    counter.kind.charAt(0),
    String(amount),
    String(everyMs),
    due === null ? '' : String(due),
  ];
}

async function numbers(answer: Promise<unknown>): Promise<readonly number[]> {
  return ((await answer) as readonly string[]).map(Number);
}

/** Why it was refused is worked out from how the counters stood then, so that a repeated answer is the first. */
function readAnswer({ entries }: ReserveRequest, [granted, now = 0, ...states]: readonly number[]): ReserveAnswer {
  if (granted === 1) return { granted: true };
  const failed = entries.flatMap((entry, index) => {
    const [taken = 0, open = 0, at = 0, rest = 0] = states.slice(4 * index, 4 * index + 4);
    return whyRefused(index, entry, { taken, open, at, rest }, now) ?? [];
  });
  return { granted: false, failed };
}
