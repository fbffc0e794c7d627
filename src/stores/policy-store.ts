/**
 * Versions of policies, and which of them is in force: what was served from files, pushed, rolled back to, or is tried in the shadow. A
 * process that serves one asks `version` about once a second, and the index when it has changed.
 */
export interface PolicyStore {
  /** A number that is another one after each change. */
  version(): Promise<number>;
  index(): Promise<PolicyIndex>;
  /** The text of a version, as whoever kept it wrote it; null where there is none. */
  content(id: string): Promise<string | null>;
  /** All of it or nothing. Old versions that are not in force make room. */
  change(change: PolicyChange): Promise<void>;
}

/** Where a version comes from. */
export type PolicyOrigin = 'file' | 'push' | 'rollback' | 'shadow';

/** A version as the history tells it. Its text is kept apart. */
export interface PolicyVersion {
  /** Unique to the change that brought it. */
  readonly id: string;
  /** Which of the config's policies it is for. */
  readonly policy: string;
  /** As its text calls it. */
  readonly name: string;
  readonly digest: string;
  readonly origin: PolicyOrigin;
  readonly by: string;
  readonly message: string | null;
  readonly at: number;
  /** Of its text. */
  readonly bytes: number;
  /** Of a rollback: the version that it went back to. */
  readonly restores: string | null;
}

export interface PolicyIndex {
  /** Oldest first. */
  readonly versions: readonly PolicyVersion[];
  /** By policy, the id of the version that was accepted last. */
  readonly live: Readonly<Record<string, string>>;
  /** By policy, the version that is tried in the shadow. */
  readonly shadows: Readonly<Record<string, ShadowVersion>>;
}

export interface ShadowVersion {
  readonly id: string;
  /** In basis points of the requests. */
  readonly share: number;
}

export type PolicyChange =
  /** It is in force from now on. Ends the shadow of a version of the same digest. */
  | { readonly kind: 'serve'; readonly version: PolicyVersion; readonly content: string }
  | { readonly kind: 'shadow'; readonly version: PolicyVersion; readonly content: string; readonly share: number }
  /** It is served from a file by somebody: for the history alone, and once for each digest on end. */
  | { readonly kind: 'note'; readonly version: PolicyVersion; readonly content: string }
  | { readonly kind: 'end-shadow'; readonly policy: string };

export const noPolicies: PolicyIndex = { versions: [], live: {}, shadows: {} };

/** So many versions are remembered, and so many bytes of their texts, beside those in force. */
export const mostVersions = 100;
export const mostVersionBytes = 32_000_000;
