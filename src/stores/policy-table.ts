import { changedIndex, droppedVersions } from './change-policies.ts';
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
  const index = () => rows.get('policies', indexId) ?? noPolicies;
  return {
    version,
    index,
    content: (id) => rows.get('policy', id) ?? null,
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
