import { type CacheBounds, cacheId } from './cache-store.ts';
import {
  addSumsScript,
  cacheScript,
  healthScript,
  noticeScript,
  pageSumsScript,
  type RunScript,
  relabelSumsScript,
  schemaScript,
} from './lua-scripts.ts';
import { labelText } from './query-sums.ts';
import { createScriptCounters } from './script-counters.ts';
import { createScriptKeys } from './script-keys.ts';
import { createScriptPolicies } from './script-policies.ts';
import { type Store, tooNew } from './store.ts';
import { type Sums, sumNames, sumPageSize } from './sum-store.ts';

/** The newest schema of what the scripts keep. */
const schema = 1;

/** A store whose every change is one Lua script, over whatever brings scripts to Redis. Rejects with `StoreTooNew`. */
export async function openScriptStore(
  run: RunScript,
  where: string,
  bounds: CacheBounds,
  close: () => Promise<void>,
): Promise<Store> {
  const found = Number(await run(schemaScript, [String(schema)]));
  if (found > schema) throw tooNew(where, found, schema);
  return {
    counters: createScriptCounters(run),
    keys: createScriptKeys(run),
    sums: {
      async add({ id, now, hour, rows }) {
        const words = rows.flatMap(({ labels, sums }) => [
          labelText(labels),
          ...sumNames.map((name) => String(sums[name])),
        ]);
        await run(addSumsScript, [String(now), id, String(hour), ...words]);
      },
      async page({ since, until, after }) {
        const from = after === null ? `[${hourText(since)}` : `(${after}`;
        const found = (await run(pageSumsScript, [from, `(${hourText(until)}`, String(sumPageSize)])) as string[];
        const rows = found.flatMap((row, index) => (index % 2 === 0 ? [readRow(row, found[index + 1] ?? '[]')] : []));
        return { rows, next: rows.length < sumPageSize ? null : (found.at(-2) ?? null) };
      },
      async relabel({ hour, from, to }) {
        await run(relabelSumsScript, [String(hour), labelText(from), labelText(to)]);
      },
    },
    notices: {
      async claim({ notice, claimer, now, until, keepUntil }) {
        const words = [
          'claim',
          notice,
          claimer,
          String(now),
          String(until),
          keepUntil === null ? '' : String(keepUntil),
        ];
        return (await run(noticeScript, words)) === 1;
      },
      async sent({ notice, claimer }) {
        await run(noticeScript, ['sent', notice, claimer, '0', '']);
      },
      async retry({ notice, claimer, at }) {
        await run(noticeScript, ['retry', notice, claimer, '0', String(at)]);
      },
    },
    cache: {
      async get(name) {
        const found = String(await run(cacheScript, ['get', cacheId(name), String(name.now)]));
        return found === '-' ? null : new Uint8Array(Buffer.from(found.trim(), 'base64'));
      },
      async put(entry) {
        const { bytes, now, ttlMs } = entry;
        const limits = [bounds.maxEntries, bounds.maxBytes].map(String);
        const words = [Buffer.from(bytes).toString('base64'), String(bytes.length), String(now + ttlMs), ...limits];
        await run(cacheScript, ['put', cacheId(entry), String(now), ...words]);
      },
      async delete(name) {
        await run(cacheScript, ['delete', cacheId(name), String(name.now)]);
      },
    },
    policies: createScriptPolicies(run, where),
    health: {
      async exchange({ now, changes }) {
        const words = changes.flatMap(({ name, before, mark, keepUntil, text }) => [
          name,
          before ?? '',
          mark,
          String(keepUntil),
          text,
        ]);
        const found = (await run(healthScript, [String(now), ...words])) as readonly (readonly string[])[];
        return found
          .map(([name = '', mark = '', text = '']) => ({ name, mark, text }))
          .sort((a, b) => (a.name < b.name ? -1 : 1));
      },
    },
    close,
  };
}

const hourDigits = 16;
const hourText = (hour: number): string => String(hour).padStart(hourDigits, '0');

function readRow(row: string, sums: string) {
  const counts: readonly string[] = JSON.parse(sums);
  return {
    hour: Number(row.slice(0, hourDigits)),
    labels: Object.fromEntries(JSON.parse(row.slice(hourDigits))) as Record<string, string>,
    sums: Object.fromEntries(sumNames.map((name, index) => [name, Number(counts[index])])) as Sums,
  };
}
