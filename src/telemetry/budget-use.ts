import { Gauge, type Registry } from 'prom-client';
import { readPercent } from '../syntax/quantities.ts';
import { boundedLabel } from './bounded-label.ts';

/**
 * How much of each budget is used, 1 for all of it. A budget stands for many counters, one for each team or key, whose values are
 * nobody's labels: shown is the fullest that a request has met since the last time it was shown.
 */
export function createBudgetUse(registers: Registry[], prefix: string, mostNames: number) {
  const seen = new Map<string, number>();
  const label = boundedLabel(mostNames);
  new Gauge({
    name: `${prefix}budget_used_ratio`,
    help: 'The fullest counter of a budget that a request has met since the last scrape',
    labelNames: ['budget'],
    aggregator: 'max',
    registers,
    collect() {
      this.reset();
      for (const [budget, ratio] of seen) this.set({ budget }, ratio);
      seen.clear();
    },
  });
  return {
    /** @param used as decisions write it: `84%` */
    saw(name: string, used: string): void {
      const basisPoints = readPercent(used);
      if (basisPoints === undefined) return;
      const budget = label(name);
      seen.set(budget, Math.max(seen.get(budget) ?? 0, basisPoints / 10_000));
    },
  };
}
