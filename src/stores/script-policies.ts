import { parseJsonObject } from '../protocol/json.ts';
import { changedIndex, droppedVersions } from './change-policies.ts';
import { keepPoliciesScript, type RunScript, readPoliciesScript } from './lua-scripts.ts';
import { noPolicies, type PolicyIndex, type PolicyStore } from './policy-store.ts';
import { StoreUnavailable } from './store.ts';

/** How often a change is tried again because another process made one in the meantime. */
const maxTries = 10;

export function createScriptPolicies(run: RunScript, where: string): PolicyStore {
  const read = async (field: string): Promise<string> => String(await run(readPoliciesScript, [field]));
  const readIndex = (text: string): PolicyIndex => {
    if (text === '') return noPolicies;
    const index = parseJsonObject(text);
    if (isIndex(index)) return index;
    throw new StoreUnavailable('failed', `${where} keeps an index of policies that is damaged`);
  };
  return {
    version: async () => Number((await read('version')) || '0'),
    index: async () => readIndex(await read('index')),
    content: async (id) => (await read(`p|${id}`)) || null,
    async change(change) {
      for (let tries = 0; tries < maxTries; tries++) {
        const text = await read('index');
        const before = readIndex(text);
        const after = changedIndex(before, change);
        if (after === before) return;
        const kept = change.kind === 'end-shadow' ? ['', ''] : [change.version.id, change.content];
        const words = [text, JSON.stringify(after), ...kept, ...droppedVersions(before, after)];
        if ((await run(keepPoliciesScript, words)) === 1) return;
      }
      throw new StoreUnavailable('busy', `${where}: its policies are being changed elsewhere: try again`);
    },
  };
}

function isIndex(found: object | undefined): found is PolicyIndex {
  if (found === undefined) return false;
  const { versions, live, shadows } = found as Partial<PolicyIndex>;
  return Array.isArray(versions) && typeof live === 'object' && typeof shadows === 'object';
}
