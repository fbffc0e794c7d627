import { sum } from './counter-state.ts';
import { type LabelledSums, type SumStore, type Sums, sumNames } from './sum-store.ts';

export const hourMs = 3_600_000;

/** The first instant of the hour (of UTC) that sums of an instant are added to. */
export const hourOf = (instant: number): number => Math.floor(instant / hourMs) * hourMs;

export const noSums: Sums = {
  requests: 0,
  inputTokens: 0,
  outputTokens: 0,
  cachedTokens: 0,
  cost: 0,
  saved: 0,
};

/** Each sum stops at 2^53 − 1. */
export function addSums(left: Sums, right: Sums): Sums {
  const total = { ...left };
  for (const name of sumNames) total[name] = sum(left[name], right[name]);
  return total;
}

export interface SumQuery {
  /** Whole hours: the one that holds `since`, up to and without the one that holds `until`. */
  readonly since: number;
  readonly until: number;
  /** Dimensions; none for the total. A row that lacks one is under the empty text. */
  readonly by: readonly string[];
}

/** What was used in a span of hours, by the dimensions asked; read in pages, so that no store is held up. */
export async function querySums(store: SumStore, { since, until, by }: SumQuery): Promise<readonly LabelledSums[]> {
  const groups = new Map<string, LabelledSums>();
  let after: string | null = null;
  do {
    const page = await store.page({ since: hourOf(since), until: hourOf(until), after });
    for (const { labels, sums } of page.rows) {
      const words = by.map((name) => [name, labels[name] ?? ''] as const);
      const id = JSON.stringify(words);
      groups.set(id, { labels: Object.fromEntries(words), sums: addSums(groups.get(id)?.sums ?? noSums, sums) });
    }
    after = page.next;
  } while (after !== null);
  return [...groups.entries()].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, group]) => group);
}

/** Labels as text, the same whatever their order. */
export function labelText(labels: Readonly<Record<string, string>>): string {
  return JSON.stringify(Object.entries(labels).sort(([a], [b]) => (a < b ? -1 : 1)));
}
