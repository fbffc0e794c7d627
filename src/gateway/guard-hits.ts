import type { Report } from '../guards/guard.ts';
import type { GuardEntry } from '../ledger/ledger-entry.ts';

/** So many are told apart in one request: a service names its rules itself. */
const mostHits = 50;

/** Counts what guards found in a request and its answer, or failed to look at, as it comes. */
export class GuardHits {
  readonly #hits = new Map<string, GuardEntry>();

  add(point: GuardEntry['point'], reports: readonly Report[], isShadow: (guard: string) => boolean): void {
    for (const report of reports) {
      const { guard, outcome, rule, action } = report;
      const key = JSON.stringify([point, guard, action, outcome, rule]);
      const before = this.#hits.get(key);
      if (before === undefined && this.#hits.size >= mostHits) continue;
      this.#hits.set(key, { ...report, point, shadow: isShadow(guard), count: report.count + (before?.count ?? 0) });
    }
  }

  get list(): readonly GuardEntry[] {
    return [...this.#hits.values()];
  }
}
