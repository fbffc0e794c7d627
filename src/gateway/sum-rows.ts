import type { LedgerEntry } from '../ledger/ledger-entry.ts';
import { noSums } from '../stores/query-sums.ts';
import type { LabelledSums } from '../stores/sum-store.ts';

/** So many values of one tag are told apart by one process; what comes after them is summed together. */
const mostValues = 1000;
const otherValue = '(other)';

/** Tags may copy what callers say: their values are bounded, so that sums are. */
export class TagValues {
  readonly #known = new Map<string, Set<string>>();

  of(tag: string, value: string): string {
    const known = this.#known.get(tag) ?? new Set();
    this.#known.set(tag, known);
    if (known.size < mostValues) known.add(value);
    return known.has(value) ? value : otherValue;
  }
}

/** What a request adds to the sums of its hour: by key, team, user (the key's, not the one that is claimed), model, route, branch and tags. */
export function sumRows(entry: LedgerEntry, tags: TagValues): readonly LabelledSums[] {
  const { key, team, user, modelServed, route, split, branch, usage, cost } = entry;
  const stated: Readonly<Record<string, string | null>> = {
    key,
    team,
    user,
    model: modelServed,
    route,
    branch: branch === null ? null : `${split}/${branch}`,
    ...Object.fromEntries(Object.entries(entry.tags).map(([tag, value]) => [`tag.${tag}`, tags.of(tag, value)])),
  };
  const labels = Object.fromEntries(
    Object.entries(stated).flatMap(([name, value]) => (value === null ? [] : [[name, value] as const])),
  );
  const sums = {
    ...noSums,
    requests: 1,
    inputTokens: usage?.inputTokens ?? 0,
    outputTokens: usage?.outputTokens ?? 0,
    cachedTokens: usage?.cachedInputTokens ?? 0,
    cost: cost ?? 0,
  };
  return [{ labels, sums }];
}
