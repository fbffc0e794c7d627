import type { LedgerEntry } from '../ledger/ledger-entry.ts';
import { sum } from '../stores/counter-state.ts';
import { noSums } from '../stores/query-sums.ts';
import type { LabelledSums, Sums } from '../stores/sum-store.ts';

/** So many values of one tag are told apart by one process; what comes after them is summed together. */
const mostValues = 1000;
const otherValue = '(other)';

/** Tags may copy what callers say: their values are bounded, so that sums are. */
class TagValues {
  readonly #known = new Map<string, Set<string>>();

  of(tag: string, value: string): string {
    const known = this.#known.get(tag) ?? new Set();
    this.#known.set(tag, known);
    if (known.size < mostValues) known.add(value);
    return known.has(value) ? value : otherValue;
  }
}

/** What of an entry that has ended is summed up. */
export type SummedEntry = Pick<
  LedgerEntry,
  | 'key'
  | 'team'
  | 'user'
  | 'modelServed'
  | 'route'
  | 'split'
  | 'branch'
  | 'tags'
  | 'usage'
  | 'cost'
  | 'aside'
  | 'cached'
>;

/** The sums of requests that have the same labels, until they are taken away. */
export class SumRows {
  readonly #tags = new TagValues();
  #rows = new Map<string, Row>();

  get size(): number {
    return this.#rows.size;
  }

  /** By key, team, user (the key's, not the one that is claimed), model, route, branch and tags. */
  add(entry: SummedEntry): void {
    const tags = Object.entries(entry.tags).map(([tag, value]) => [tag, this.#tags.of(tag, value)] as const);
    const id = idOf(entry, tags);
    let row = this.#rows.get(id);
    if (row === undefined) {
      row = { labels: labelsOf(entry, tags), sums: { ...noSums } };
      this.#rows.set(id, row);
    }
    addTo(row.sums, entry);
  }

  /** What has come together, which is forgotten here. */
  take(): readonly LabelledSums[] {
    const rows = [...this.#rows.values()];
    this.#rows = new Map();
    return rows;
  }
}

interface Row {
  readonly labels: LabelledSums['labels'];
  readonly sums: { -readonly [Name in keyof Sums]: Sums[Name] };
}

/** In place: there is one addition for every request. Each sum stops at 2^53 − 1. */
function addTo(sums: Row['sums'], { usage, cost, aside, cached }: SummedEntry): void {
  // What was called beside a request is paid, and was not asked for.
  if (aside === undefined) sums.requests = sum(sums.requests, 1);
  sums.inputTokens = sum(sums.inputTokens, usage?.inputTokens ?? 0);
  sums.outputTokens = sum(sums.outputTokens, usage?.outputTokens ?? 0);
  sums.cachedTokens = sum(sums.cachedTokens, usage?.cachedInputTokens ?? 0);
  sums.cost = sum(sums.cost, cost ?? 0);
  sums.saved = sum(sums.saved, cached?.saved ?? 0);
}

type Tags = readonly (readonly [tag: string, value: string])[];

const idOf = ({ key, team, user, modelServed, route, split, branch }: SummedEntry, tags: Tags): string =>
  JSON.stringify([key, team, user, modelServed, route, split, branch, tags]);

function labelsOf({ key, team, user, modelServed, route, split, branch }: SummedEntry, tags: Tags) {
  const stated: Readonly<Record<string, string | null>> = {
    key,
    team,
    user,
    model: modelServed,
    route,
    branch: branch === null ? null : `${split}/${branch}`,
    ...Object.fromEntries(tags.map(([tag, value]) => [`tag.${tag}`, value])),
  };
  return Object.fromEntries(
    Object.entries(stated).flatMap(([name, value]) => (value === null ? [] : [[name, value] as const])),
  );
}
