import type { HourSums, SumStore } from './sum-store.ts';

/**
 * Takes a label out of all sums that have it with that value: what was used stays, and of whom it was is gone. Returns how many there
 * were. Read in pages; may be said again.
 */
export async function forgetSums(store: SumStore, label: string, value: string, now: number): Promise<number> {
  const found: HourSums[] = [];
  let after: string | null = null;
  do {
    const page = await store.page({ since: 0, until: now + 86_400_000, after });
    found.push(...page.rows.filter((row) => row.labels[label] === value));
    after = page.next;
  } while (after !== null);
  for (const { hour, labels } of found) {
    const { [label]: _, ...others } = labels;
    await store.relabel({ hour, from: labels, to: others });
  }
  return found.length;
}
