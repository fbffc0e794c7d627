import type { ExchangeHealth, HealthRow } from './health-store.ts';
import type { Rows } from './rows.ts';

/** `HealthStore` over rows. */
export function exchangeHealth(rows: Rows, { now, changes }: ExchangeHealth): readonly HealthRow[] {
  for (const { before, ...row } of changes) {
    const found = rows.get('health', row.name);
    const held = found !== undefined && now < found.keepUntil ? found.mark : null;
    if (held === before) rows.put('health', row.name, row, row.keepUntil);
  }
  const holding = rows.all('health').filter(({ keepUntil }) => now < keepUntil);
  return holding.map(({ name, mark, text }) => ({ name, mark, text }));
}
