import { addSums, labelText } from '../query-sums.ts';
import type { Rows } from '../rows.ts';
import { type HourSums, sumPageSize } from '../sum-store.ts';

/** Sums by hour and labels. An hour's rows stay in the order in which they began, so that a page knows its place. */
export function createSumRows(): {
  readonly add: Rows['addSums'];
  readonly page: Rows['pageSums'];
  readonly take: Rows['takeSums'];
} {
  const hours = new Map<number, Map<string, HourSums>>();
  return {
    add(hour, rows) {
      const known = hours.get(hour) ?? new Map<string, HourSums>();
      hours.set(hour, known);
      for (const { labels, sums } of rows) {
        const id = labelText(labels);
        const before = known.get(id);
        known.set(id, { hour, labels, sums: before === undefined ? sums : addSums(before.sums, sums) });
      }
    },
    page({ since, until, after }) {
      const [fromHour, skip] = after === null ? [since, 0] : readPlace(after);
      const asked = [...hours.keys()].filter((hour) => hour >= fromHour && hour < until).sort((a, b) => a - b);
      const rows: HourSums[] = [];
      for (const hour of asked) {
        const from = hour === fromHour ? skip : 0;
        const taken = [...(hours.get(hour)?.values() ?? [])].slice(from, from + sumPageSize - rows.length);
        rows.push(...taken);
        if (rows.length === sumPageSize) return { rows, next: `${hour} ${from + taken.length}` };
      }
      return { rows, next: null };
    },
    take(hour, labels) {
      const known = hours.get(hour);
      const id = labelText(labels);
      const found = known?.get(id);
      known?.delete(id);
      return found?.sums;
    },
  };
}

function readPlace(after: string): readonly [number, number] {
  const [hour, skip] = after.split(' ');
  return [Number(hour), Number(skip)];
}
