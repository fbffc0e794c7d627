import type { KeptEntry } from '../ledger/ledger-entry.ts';
import { writeMoney } from '../syntax/quantities.ts';

/** An entry as it is shown and exported: times as text of UTC, money as a decimal number in the config's currency. */
export function viewEntry(entry: KeptEntry) {
  const { startedAt, endedAt, cost, feedback } = entry;
  return {
    ...entry,
    startedAt: new Date(startedAt).toISOString(),
    endedAt: endedAt === null ? null : new Date(endedAt).toISOString(),
    cost: cost === null ? null : writeMoney(cost, 'USD').slice(1),
    feedback: feedback.map(({ at, score, label }) => ({ at: new Date(at).toISOString(), score, label })),
  };
}
