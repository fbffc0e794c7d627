import {
  mostVersionBytes,
  mostVersions,
  type PolicyChange,
  type PolicyIndex,
  type PolicyVersion,
} from './policy-store.ts';
import { StoreUnavailable } from './store.ts';

/** What becomes of the index. The same one where the change has been made before, or there is nothing to change. */
export function changedIndex(index: PolicyIndex, change: PolicyChange): PolicyIndex {
  if (change.kind === 'end-shadow') {
    if (!Object.hasOwn(index.shadows, change.policy)) return index;
    return { ...index, shadows: without(index.shadows, change.policy) };
  }
  const { version } = change;
  const { policy } = version;
  if (index.versions.some(({ id }) => id === version.id)) return index;
  if (change.kind === 'note' && isLatest(index, version)) return index;
  const added = { ...index, versions: [...index.versions, version] };
  if (change.kind === 'note') return trimmed(added);
  if (change.kind === 'shadow') {
    return trimmed({ ...added, shadows: { ...index.shadows, [policy]: { id: version.id, share: change.share } } });
  }
  const tried = index.versions.find(({ id }) => id === index.shadows[policy]?.id);
  const shadows = tried?.digest === version.digest ? without(index.shadows, policy) : index.shadows;
  return trimmed({ ...added, live: { ...index.live, [policy]: version.id }, shadows });
}

function isLatest({ versions }: PolicyIndex, { policy, digest }: PolicyVersion): boolean {
  const latest = versions.findLast((known) => known.policy === policy && known.origin !== 'shadow');
  return latest?.digest === digest;
}

function without<Value>(values: Readonly<Record<string, Value>>, key: string): Readonly<Record<string, Value>> {
  const { [key]: _, ...others } = values;
  return others;
}

/** The oldest go, but for those in force and the newest. */
function trimmed(index: PolicyIndex): PolicyIndex {
  const inForce = new Set([...Object.values(index.live), ...Object.values(index.shadows).map(({ id }) => id)]);
  const newest = index.versions.at(-1);
  let count = 0;
  let bytes = 0;
  const versions = index.versions.toReversed().filter((version) => {
    const isKept = inForce.has(version.id) || version === newest;
    if (!isKept && (count >= mostVersions || bytes + version.bytes > mostVersionBytes)) return false;
    count += 1;
    bytes += version.bytes;
    return true;
  });
  return { ...index, versions: versions.toReversed() };
}

/** The versions that only the index before has: their texts can be forgotten. */
export function droppedVersions(before: PolicyIndex, after: PolicyIndex): readonly string[] {
  const kept = new Set(after.versions.map(({ id }) => id));
  return before.versions.map(({ id }) => id).filter((id) => !kept.has(id));
}

/** What is kept as the index, where it is one. Throws `StoreUnavailable`: nothing can be told from what is damaged. */
export function checkedIndex(found: unknown, where: string): PolicyIndex {
  if (isIndex(found)) return found;
  throw new StoreUnavailable('failed', `${where} keeps an index of policies that is damaged`);
}

function isIndex(found: unknown): found is PolicyIndex {
  if (typeof found !== 'object' || found === null) return false;
  const { versions, live, shadows } = found as Partial<PolicyIndex>;
  return Array.isArray(versions) && typeof live === 'object' && typeof shadows === 'object';
}
