import type { KeyView } from '../../gateway/administer-keys.ts';

const headings = ['name', 'state', 'source', 'expires', 'attributes'] as const;

/** A table, one key a line. */
export function renderKeys(keys: readonly KeyView[]): string {
  if (keys.length === 0) return 'there are no keys: `llmpolicy keys create NAME` makes one';
  const rows = [headings, ...keys.map(cellsOf)];
  const widths = headings.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

function cellsOf({ name, state, source, expiresAt, attributes }: KeyView): readonly string[] {
  const pairs = Object.entries(attributes).map(([field, value]) => `${field}=${String(value)}`);
  return [name, state, source, expiresAt ?? 'never', pairs.join(' ')];
}
