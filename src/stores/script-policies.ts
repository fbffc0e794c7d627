import { parseJsonObject } from '../protocol/json.ts';
import { changedIndex, checkedIndex, droppedVersions } from './change-policies.ts';
import { keepPoliciesScript, type RunScript, readPoliciesScript } from './lua-scripts.ts';
import { noPolicies, type PolicyIndex, type PolicyStore } from './policy-store.ts';
import { StoreUnavailable } from './store.ts';

/** How often a change is tried again because another process made one in the meantime. */
const maxTries = 10;

export function createScriptPolicies(run: RunScript, where: string): PolicyStore {
  const read = async (field: string): Promise<string> => String(await run(readPoliciesScript, [field]));
  const readIndex = (text: string): PolicyIndex => {
    return text === '' ? noPolicies : checkedIndex(parseJsonObject(text), where);
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
