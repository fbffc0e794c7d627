import { addSums, hourMs, noSums, querySums } from '../stores/query-sums.ts';
import type { LabelledSums, SumStore, Sums } from '../stores/sum-store.ts';
import { writeMoney } from '../syntax/quantities.ts';

/** What was used, as commands and the admin door print it. */
export interface UsageView {
  readonly currency: string;
  /** Whole hours: the first instant of the first, and the first after the last. */
  readonly since: string;
  readonly until: string;
  readonly total: UsageSums;
  /** By the dimension that was asked for, the dearest first; none without one. */
  readonly rows: readonly (UsageSums & { readonly [dimension: string]: string | number })[];
}

export interface UsageSums {
  readonly requests: number;
  readonly inputTokens: number;
  readonly outputTokens: number;
  readonly cachedTokens: number;
  /** A decimal number in the config's currency. */
  readonly cost: string;
  /** What answers of caches would have cost, in the same currency. */
  readonly saved: string;
}

export interface UsageQuery {
  /** Milliseconds since 1970. */
  readonly since: number;
  readonly until: number;
  /** `key`, `team`, `user`, `model`, `route`, `branch` or `tag.NAME`. */
  readonly by: string | null;
}

const dimensions = ['key', 'team', 'user', 'model', 'route', 'branch'];

export const isDimension = (name: string): boolean => dimensions.includes(name) || /^tag\.[^.]+/.test(name);

/** The dimensions that there are, for whoever asked for another. */
export const dimensionsText = [...dimensions, 'tag.NAME'].join(', ');

/** Reads the sums of a span of hours. What lacks the dimension is under the empty text. */
export async function readUsage(
  store: SumStore,
  { since, until, by }: UsageQuery,
  currency: string,
): Promise<UsageView> {
  // The hour that has begun counts too.
  const end = Math.ceil(until / hourMs) * hourMs;
  const begin = Math.floor(since / hourMs) * hourMs;
  const groups = await querySums(store, { since: begin, until: end, by: by === null ? [] : [by] });
  const total = groups.map(({ sums }) => sums).reduce(addSums, noSums);
  const rows = by === null ? [] : groups.toSorted(dearestFirst).map((group) => viewRow(group, by));
  const span = { since: new Date(begin).toISOString(), until: new Date(end).toISOString() };
  return { currency, ...span, total: viewSums(total), rows };
}

function viewRow({ labels, sums }: LabelledSums, by: string): UsageView['rows'][number] {
  return { [by]: labels[by] ?? '', ...viewSums(sums) };
}

function viewSums({ requests, inputTokens, outputTokens, cachedTokens, cost, saved }: Sums): UsageSums {
  const written = (nanos: number) => writeMoney(nanos, 'USD').slice(1);
  return { requests, inputTokens, outputTokens, cachedTokens, cost: written(cost), saved: written(saved) };
}

const dearestFirst = (a: LabelledSums, b: LabelledSums): number =>
  b.sums.cost - a.sums.cost || b.sums.requests - a.sums.requests;
