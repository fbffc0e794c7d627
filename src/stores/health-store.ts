/**
 * What processes see of upstreams, put together: texts by name, which mean nothing to a store. A process changes what it knows as it
 * is; where another was first it learns so by the answer, and says its part again on top of that.
 */
export interface HealthStore {
  /** Makes the changes whose rows are as the caller knows them, and answers all rows that hold at `now`, by name. */
  exchange(request: ExchangeHealth): Promise<readonly HealthRow[]>;
}

export interface ExchangeHealth {
  readonly now: number;
  readonly changes: readonly HealthChange[];
}

export interface HealthRow {
  readonly name: string;
  /** Another one after each change, without blanks: whoever finds their own there was taken. */
  readonly mark: string;
  readonly text: string;
}

export interface HealthChange extends HealthRow {
  /** The mark of the row that the change was made of; null where there was none. */
  readonly before: string | null;
  /** When it may be forgotten. */
  readonly keepUntil: number;
}
