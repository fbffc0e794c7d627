/** What was used, hour by hour, for `usage` and the dashboard. */
export interface SumStore {
  /** Adds rows to those of their hour; once per id. */
  add(request: AddSums): Promise<void>;
  /** The rows of the hours from `since` until before `until`, oldest first, some at a time; `querySums` reads and groups them all. */
  page(request: SumPageRequest): Promise<SumPage>;
  /** Adds the sums of a row to those of another, and removes it. Without such a row nothing happens. */
  relabel(request: RelabelSums): Promise<void>;
}

export interface AddSums {
  /** Of this addition alone: it may arrive again. */
  readonly id: string;
  readonly now: number;
  /** The hour's first instant: `hourOf`. */
  readonly hour: number;
  /** One per combination of labels. */
  readonly rows: readonly LabelledSums[];
}

export interface RelabelSums {
  readonly hour: number;
  readonly from: LabelledSums['labels'];
  readonly to: LabelledSums['labels'];
}

export interface LabelledSums {
  /** By dimension: `key`, `team`, `user`, `model`, `route`, `branch`, `tag.NAME`. */
  readonly labels: Readonly<Record<string, string>>;
  readonly sums: Sums;
}

export const sumNames = ['requests', 'inputTokens', 'outputTokens', 'cachedTokens', 'cost', 'saved'] as const;

/** Counts of requests and tokens; `cost` and what caches `saved` in nano-units. */
export type Sums = Readonly<Record<(typeof sumNames)[number], number>>;

export interface HourSums extends LabelledSums {
  readonly hour: number;
}

export interface SumPageRequest {
  readonly since: number;
  readonly until: number;
  /** `next` of the page before; null for the first. */
  readonly after: string | null;
}

export interface SumPage {
  readonly rows: readonly HourSums[];
  readonly next: string | null;
}

/** Rows in one page: what a store reads in a few milliseconds. */
export const sumPageSize = 500;
