import type { RevokeKey, RotateKey, VirtualKey } from './key-store.ts';

/** Whether whoever holds the key of this hash may use it now. */
export function isValid(key: VirtualKey, sha256: string, now: number): boolean {
  if (key.revokedAt !== null || (key.expiresAt !== null && key.expiresAt <= now)) return false;
  if (key.sha256 === sha256) return true;
  return key.previous !== null && key.previous.sha256 === sha256 && now < key.previous.validUntil;
}

export function revokedKey(key: VirtualKey, { at }: RevokeKey): VirtualKey {
  return key.revokedAt === null ? { ...key, revokedAt: at } : key;
}

/** Undefined where the key can no longer be used. The same rotation again changes nothing. */
export function rotatedKey(key: VirtualKey, { sha256, at, previousUntil }: RotateKey): VirtualKey | undefined {
  if (key.revokedAt !== null) return undefined;
  if (key.sha256 === sha256) return key;
  const previous = previousUntil > at ? { sha256: key.sha256, validUntil: previousUntil } : null;
  return { ...key, sha256, previous };
}

/** The hashes under which it is found. */
export function hashesOf({ sha256, previous }: VirtualKey): readonly string[] {
  return previous === null ? [sha256] : [sha256, previous.sha256];
}
