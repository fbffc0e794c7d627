import type { KeyStore, VirtualKey } from '../stores/key-store.ts';

/** Looks keys up in the store, and remembers those that it found. Rejects as the store does. */
export interface KeyMemory {
  /** At once where the key is remembered; null where there is no such key. */
  find(sha256: string): VirtualKey | null | Promise<VirtualKey | null>;
}

/** After this long, a use of what is remembered has the store asked, meanwhile, whether anything has changed. */
const askAfterMs = 400;
/**
 * After this long without the store's word, nothing that is remembered is used. So a revoked key is refused within a second, however
 * slow the store is and however long the process stood still.
 */
const trustMs = 900;
const mostRemembered = 10_000;

/**
 * Nothing is asked while no key is used: an idle gateway leaves its store alone.
 * @param now milliseconds that never run backwards
 */
export function rememberKeys(store: Pick<KeyStore, 'find' | 'version'>, now: () => number): KeyMemory {
  const remembered = new Map<string, VirtualKey>();
  let version: number | undefined;
  /** When the store was last asked for the version that it still had. */
  let confirmedAt = Number.NEGATIVE_INFINITY;
  /** What was looked up before everything was last forgotten is not remembered. */
  let epoch = 0;
  let confirming: Promise<void> | undefined;

  const forget = () => {
    remembered.clear();
    epoch += 1;
  };
  const confirm = async (): Promise<void> => {
    const askedAt = now();
    try {
      const found = await store.version();
      if (found !== version) forget();
      version = found;
      confirmedAt = askedAt;
    } catch (error) {
      forget();
      throw error;
    } finally {
      confirming = undefined;
    }
  };
  const confirmed = (): Promise<void> => {
    confirming ??= confirm();
    return confirming;
  };
  const lookUp = async (sha256: string): Promise<VirtualKey | null> => {
    // The version first: what is found after it is at least as new.
    if (now() - confirmedAt >= askAfterMs) await confirmed();
    const again = remembered.get(sha256);
    if (again !== undefined && now() - confirmedAt < trustMs) return again;
    const startedIn = epoch;
    const found = await store.find(sha256);
    if (found !== null && startedIn === epoch) {
      const [oldest] = remembered.keys();
      if (remembered.size >= mostRemembered && oldest !== undefined) remembered.delete(oldest);
      remembered.set(sha256, found);
    }
    return found;
  };
  return {
    find(sha256) {
      const known = remembered.get(sha256);
      const age = now() - confirmedAt;
      if (known === undefined || age >= trustMs) return lookUp(sha256);
      // What goes wrong here forgets everything, and the next look-up says it.
      if (age >= askAfterMs) confirmed().catch(() => undefined);
      return known;
    },
  };
}
