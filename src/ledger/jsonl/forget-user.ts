import { createReadStream } from 'node:fs';
import { appendFile, type FileHandle, rename, writeFile } from 'node:fs/promises';
import { isOf } from '../matches.ts';
import { type DayFile, type Line, readLines } from './lines.ts';
import { withFile } from './with-file.ts';

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

type Stays = (line: Line) => boolean;

/**
 * Replaces a file by the lines of it that stay. Its owner may be writing: what it wrote until the file was replaced is taken over
 * afterwards, and from then on it finds that the file is another one, and writes again.
 */
async function rewrite(path: string, stays: Stays): Promise<void> {
  const beside = `${path}.new`;
  await withFile(path, 'r', async (old) => {
    await writeFile(beside, '');
    const copied = await copyLines(old, 0, beside, stays);
    await rename(beside, path);
    await copyLines(old, copied, path, stays);
  });
}

/** Copies the whole lines from a place on that stay, and returns the place after the last of them. */
async function copyLines(old: FileHandle, start: number, to: string, stays: Stays): Promise<number> {
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
}

function keeps(text: string, stays: Stays): boolean {
  try {
    return stays(JSON.parse(text) as Line);
  } catch {
    return false;
  }
}
