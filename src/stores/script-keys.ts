import type { KeyStore, VirtualKey } from './key-store.ts';
import { keepKeyScript, type RunScript, readKeysScript } from './lua-scripts.ts';
import { StoreUnavailable } from './store.ts';
import { hashesOf, revokedKey, rotatedKey } from './virtual-key.ts';

/** How often a change is tried again because another process changed the same key in the meantime. */
const maxTries = 10;

export function createScriptKeys(run: RunScript): KeyStore {
  const read = async (by: string, which = ''): Promise<readonly string[]> =>
    (await run(readKeysScript, [by, which])) as readonly string[];
  const keep = (before: VirtualKey | undefined, after: VirtualKey): Promise<unknown> => {
    const old = before === undefined ? [] : hashesOf(before);
    const texts = [before === undefined ? '' : JSON.stringify(before), JSON.stringify(after)];
    return run(keepKeyScript, [after.name, ...texts, String(old.length), ...old, ...hashesOf(after)]);
  };
  const change = async (name: string, to: (key: VirtualKey) => VirtualKey | undefined): Promise<boolean> => {
    for (let tries = 0; tries < maxTries; tries++) {
      const [found] = await read('name', name);
      const before = found ? (JSON.parse(found) as VirtualKey) : undefined;
      const after = before && to(before);
      if (after === undefined) return false;
      const kept = await keep(before, after);
      if (kept !== -1) return kept === 1;
    }
    throw new StoreUnavailable('busy', `the key \`${name}\` is being changed elsewhere: try again`);
  };
  return {
    create: async (key) => (await keep(undefined, key)) === 1,
    async find(sha256) {
      const [found] = await read('hash', sha256);
      return found ? JSON.parse(found) : null;
    },
    async list() {
      const keys: VirtualKey[] = (await read('list')).map((text) => JSON.parse(text));
      return keys.sort((a, b) => (a.name < b.name ? -1 : 1));
    },
    revoke: (request) => change(request.name, (key) => revokedKey(key, request)),
    rotate: (request) => change(request.name, (key) => rotatedKey(key, request)),
    version: async () => Number((await read('version'))[0]),
  };
}
