import type { KeyStore, RevokeKey, RotateKey, VirtualKey } from './key-store.ts';
import type { Rows } from './rows.ts';
import { hashesOf, revokedKey, rotatedKey } from './virtual-key.ts';

/** `KeyStore` over rows: what it answers, at once. */
export interface KeyTable {
  create(key: VirtualKey): Answer<'create'>;
  find(sha256: string): Answer<'find'>;
  list(): Answer<'list'>;
  revoke(request: RevokeKey): Answer<'revoke'>;
  rotate(request: RotateKey): Answer<'rotate'>;
  version(): Answer<'version'>;
}

type Answer<Method extends keyof KeyStore> = Awaited<ReturnType<KeyStore[Method]>>;

export function createKeyTable(rows: Rows): KeyTable {
  const version = () => rows.get('version', 'keys') ?? 0;
  const keep = (key: VirtualKey): boolean => {
    const before = rows.get('key', key.name);
    if (JSON.stringify(before) === JSON.stringify(key)) return true;
    if (hashesOf(key).some((hash) => (rows.get('hash', hash) ?? key.name) !== key.name)) return false;
    for (const hash of before === undefined ? [] : hashesOf(before)) rows.delete('hash', hash);
    for (const hash of hashesOf(key)) rows.put('hash', hash, key.name, null);
    rows.put('key', key.name, key, null);
    rows.put('version', 'keys', version() + 1, null);
    return true;
  };
  const change = (name: string, to: (key: VirtualKey) => VirtualKey | undefined): boolean => {
    const before = rows.get('key', name);
    const after = before && to(before);
    return after !== undefined && keep(after);
  };
  return {
    create(key) {
      const before = rows.get('key', key.name);
      return (before === undefined || JSON.stringify(before) === JSON.stringify(key)) && keep(key);
    },
    find(sha256) {
      const name = rows.get('hash', sha256);
      return (name !== undefined && rows.get('key', name)) || null;
    },
    list: () => rows.all('key'),
    revoke: (request) => change(request.name, (key) => revokedKey(key, request)),
    rotate: (request) => change(request.name, (key) => rotatedKey(key, request)),
    version,
  };
}
