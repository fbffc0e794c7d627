import { createReadStream } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { NoticeEntry } from '../ledger.ts';
import type { EntryEnd, Feedback, LedgerEntry } from '../ledger-entry.ts';

/** One line of a file: what has happened to an entry of the day that the file is named after, or to a notice. */
export type Line =
  | { readonly begin: LedgerEntry }
  | { readonly end: EntryEnd }
  | { readonly rate: Feedback & { readonly id: string } }
  | { readonly notice: NoticeEntry };

const dayMs = 86_400_000;

/** The day of UTC that holds an instant: `2026-01-05`. */
export const dayOf = (instant: number): string => new Date(instant).toISOString().slice(0, 10);
export const startOfDay = (day: string): number => Date.parse(`${day}T00:00:00Z`);
export const endOfDay = (day: string): number => startOfDay(day) + dayMs;

/** Each process writes files of its own, so that no line runs into another's. */
export const fileOf = (folder: string, day: string, owner: string): string => join(folder, `${day}.${owner}.jsonl`);

const filePattern = /^(\d{4}-\d{2}-\d{2})\.([0-9a-f-]+)\.jsonl$/;

export interface DayFile {
  readonly path: string;
  readonly day: string;
  readonly owner: string;
}

/** The files of a ledger, oldest day first. */
export async function listFiles(folder: string): Promise<readonly DayFile[]> {
  const names = await readdir(folder);
  return names.sort().flatMap((name) => {
    const [, day, owner] = filePattern.exec(name) ?? [];
    return day !== undefined && owner !== undefined ? [{ path: join(folder, name), day, owner }] : [];
  });
}

/** The lines of files, one file after the other. A line that a crash cut off is passed over, and so is a file that retention removed. */
export async function* readLines(files: readonly Pick<DayFile, 'path'>[]): AsyncGenerator<Line> {
  for (const { path } of files) {
    const input = createReadStream(path, 'utf8');
    const gone = new Promise<void>((resolve) => input.once('error', () => resolve()));
    const lines = createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY });
    gone.then(() => lines.close());
    for await (const text of lines) {
      const line = readLine(text);
      if (line !== undefined) yield line;
    }
  }
}

function readLine(text: string): Line | undefined {
  try {
    return JSON.parse(text) as Line;
  } catch {
    return undefined;
  }
}
