import { changedIndex, checkedIndex, droppedVersions } from './change-policies.ts';
import { noPolicies, type PolicyChange, type PolicyIndex } from './policy-store.ts';
import type { Rows } from './rows.ts';

/** `PolicyStore` over rows: what it answers, at once. */
export interface PolicyTable {
  version(): number;
  index(): PolicyIndex;
  content(id: string): string | null;
  change(change: PolicyChange): void;
}

/** There is one. */
const indexId = 'index';

export function createPolicyTable(rows: Rows): PolicyTable {
  const version = () => rows.get('version', 'policies') ?? 0;
  const index = () =>
    checkedIndex(
      readable(() => rows.get('policies', indexId) ?? noPolicies),
      'the store',
    );
  return {
    version,
    index,
    content(id) {
      const found = readable(() => rows.get('policy', id) ?? null);
      return found === undefined ? '' : found;
    },
    change(change) {
      const before = index();
      const after = changedIndex(before, change);
      if (after === before) return;
      if (change.kind !== 'end-shadow') rows.put('policy', change.version.id, change.content, null);
      for (const id of droppedVersions(before, after)) rows.delete('policy', id);
      rows.put('policies', indexId, after, null);
      rows.put('version', 'policies', version() + 1, null);
    },
  };
}

/** What is read; undefined for a row that is damaged, so that it can be called by its name. */
function readable<Row>(read: () => Row): Row | undefined {
  try {
    return read();
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
