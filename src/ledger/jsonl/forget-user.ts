import { createReadStream } from 'node:fs';
import { appendFile, open, rename, rm } from 'node:fs/promises';
import { isOf } from '../matches.ts';
import { type DayFile, type Line, readLines } from './lines.ts';

/** Removes a user's entries from a day's files, with what belongs to them. Returns how many. */
export async function forgetUser(files: readonly DayFile[], user: string): Promise<number> {
  const ids = new Set<string>();
  for await (const line of readLines(files)) if ('begin' in line && isOf(line.begin, user)) ids.add(line.begin.id);
  if (ids.size === 0) return 0;
  for (const { path } of files) await rewrite(path, (line) => !ids.has(idOf(line)));
  return ids.size;
}

const idOf = (line: Line): string =>
  'begin' in line ? line.begin.id : 'end' in line ? line.end.id : 'rate' in line ? line.rate.id : '';

/**
 * Replaces a file by the lines of it that stay. Its owner may be writing: what it wrote until the file was replaced is taken over
 * afterwards, and from then on it finds that the file is another one, and writes again.
 */
async function rewrite(path: string, stays: (line: Line) => boolean): Promise<void> {
  const beside = `${path}.new`;
  await using old = await open(path, 'r');
  const copy = async (to: string, start: number): Promise<number> => {
    let rest = '';
    let read = start;
    const input = createReadStream('', { fd: old, autoClose: false, start, encoding: 'utf8' });
    for await (const chunk of input) {
      const lines = `${rest}${chunk}`.split('\n');
      rest = lines.pop() ?? '';
      read += Buffer.byteLength(chunk);
      const kept = lines.filter((text) => text !== '' && keeps(text, stays));
      if (kept.length > 0) await appendFile(to, `${kept.join('\n')}\n`);
    }
    return read - Buffer.byteLength(rest);
  };
  await rm(beside, { force: true });
  await (await open(beside, 'a')).close();
  const copied = await copy(beside, 0);
  await rename(beside, path);
  await copy(path, copied);
}

function keeps(text: string, stays: (line: Line) => boolean): boolean {
  try {
    return stays(JSON.parse(text) as Line);
  } catch {
    return false;
  }
}
