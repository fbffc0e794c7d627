import type { DatabaseSync } from 'node:sqlite';
import { labelText } from '../query-sums.ts';
import type { Rows } from '../rows.ts';
import { type Sums, sumNames, sumPageSize } from '../sum-store.ts';

export function createSumRows(database: DatabaseSync): {
  readonly add: Rows['addSums'];
  readonly page: Rows['pageSums'];
  readonly take: Rows['takeSums'];
} {
  const added = sumNames.map((name) => `${name} = min(${Number.MAX_SAFE_INTEGER}, ${name} + excluded.${name})`);
  const columns = sumNames.join(', ');
  const add = database.prepare(
    `insert into sums (hour, labels, ${columns}) values (?, ?, ${sumNames.map(() => '?').join(', ')})
     on conflict do update set ${added.join(', ')}`,
  );
  const page = database.prepare(
    `select hour, labels, ${columns} from sums
     where hour >= ? and hour < ? and (hour, labels) > (?, ?) order by hour, labels limit ${sumPageSize}`,
  );
  const take = database.prepare(`delete from sums where hour = ? and labels = ? returning ${columns}`);
  return {
    add(hour, rows) {
      for (const { labels, sums } of rows) add.run(hour, labelText(labels), ...sumNames.map((name) => sums[name]));
    },
    page({ since, until, after }) {
      const [hour, labels]: [number, string] = after === null ? [since, ''] : JSON.parse(after);
      const found = page.all(hour, until, hour, labels);
      const last = found.at(-1);
      const rows = found.map((row) => ({
        hour: Number(row['hour']),
        labels: Object.fromEntries(JSON.parse(String(row['labels']))),
        sums: readSums(row),
      }));
      const next =
        last === undefined || rows.length < sumPageSize ? null : JSON.stringify([last['hour'], last['labels']]);
      return { rows, next };
    },
    take(hour, labels) {
      const found = take.get(hour, labelText(labels));
      return found && readSums(found);
    },
  };
}

function readSums(row: Readonly<Record<string, unknown>>): Sums {
  return Object.fromEntries(sumNames.map((name) => [name, Number(row[name])])) as Sums;
}
