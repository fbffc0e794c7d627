import type { KeyView } from '../../gateway/administer-keys.ts';
import { renderTable } from './table.ts';

const headings = ['name', 'state', 'source', 'expires', 'attributes'] as const;

/** A table, one key a line. */
export function renderKeys(keys: readonly KeyView[]): string {
  if (keys.length === 0) return 'there are no keys: `llmpolicy keys create NAME` makes one';
  return renderTable([headings, ...keys.map(cellsOf)]);
}

function cellsOf({ name, state, source, expiresAt, attributes }: KeyView): readonly string[] {
  const pairs = Object.entries(attributes).map(([field, value]) => `${field}=${String(value)}`);
  return [name, state, source, expiresAt ?? 'never', pairs.join(' ')];
}
