/**
 * Virtual keys, by name and by hash; the keys themselves are never here. A process that remembers keys asks `version` at least every
 * half second and forgets them when it has changed, or cannot be had: so every process refuses a revoked key within a second.
 */
export interface KeyStore {
  /** False where the name or the hash is taken by another key. */
  create(key: VirtualKey): Promise<boolean>;
  /** By the hash it has, or had before its last rotation; `isValid` says whether it may be used. */
  find(sha256: string): Promise<VirtualKey | null>;
  /** By name, revoked and expired ones too. */
  list(): Promise<readonly VirtualKey[]>;
  /** Refused from now on, for good. False where there is no such key. */
  revoke(request: RevokeKey): Promise<boolean>;
  /** Gives the key another hash; the one it had goes on working for as long as is said. False where no such key can be used. */
  rotate(request: RotateKey): Promise<boolean>;
  /** A number that is another one after each change. */
  version(): Promise<number>;
}

/** A key of the gateway's own, as it is kept: plain JSON. */
export interface VirtualKey {
  readonly name: string;
  /** Lower-case hexadecimal SHA-256 of the key. */
  readonly sha256: string;
  /** `caller.*` attributes as the config writes them: `team`, `tier`, … */
  readonly attributes: Readonly<Record<string, unknown>>;
  readonly createdAt: number;
  readonly expiresAt: number | null;
  readonly revokedAt: number | null;
  readonly previous: PreviousHash | null;
}

export interface PreviousHash {
  readonly sha256: string;
  readonly validUntil: number;
}

export interface RevokeKey {
  readonly name: string;
  readonly at: number;
}

export interface RotateKey {
  readonly name: string;
  readonly sha256: string;
  readonly at: number;
  /** Until when the hash before is still taken; `at` for not at all. */
  readonly previousUntil: number;
}
