import { type FileHandle, stat } from 'node:fs/promises';
import { StoreUnavailable } from '../../stores/store.ts';
import { fileOf, type Line } from './lines.ts';
import { withFile } from './with-file.ts';

interface Waiting {
  readonly day: string;
  readonly text: string;
  readonly resolve: () => void;
  readonly reject: (error: StoreUnavailable) => void;
}

/**
 * Appends lines to the files of one process, those that came together in one write. A line that was kept survives the death of the
 * process; `sync` makes it survive a power cut too.
 */
export class LineWriter {
  readonly #folder: string;
  readonly #owner: string;
  readonly #mostWaiting: number;
  readonly #unsynced = new Set<string>();
  #waiting: Waiting[] = [];
  #isWriting = false;
  #idle: Promise<void> = Promise.resolve();

  constructor(folder: string, owner: string, mostWaiting: number) {
    this.#folder = folder;
    this.#owner = owner;
    this.#mostWaiting = mostWaiting;
  }

  append(day: string, line: Line): Promise<void> {
    const where = `the ledger jsonl:${this.#folder}`;
    if (this.#waiting.length >= this.#mostWaiting) {
      return Promise.reject(new StoreUnavailable('busy', `${where} has too much to do`));
    }
    return new Promise((resolve, reject) => {
      this.#waiting.push({ day, text: `${JSON.stringify(line)}\n`, resolve, reject });
      if (!this.#isWriting) this.#idle = this.#writeAll();
    });
  }

  /** Waits until the disk has what was written so far. */
  async sync(): Promise<void> {
    const paths = [...this.#unsynced];
    this.#unsynced.clear();
    for (const path of paths) {
      await withFile(path, 'a', (file) => file.datasync());
    }
  }

  async close(): Promise<void> {
    await this.#idle;
    await this.sync();
  }

  async #writeAll(): Promise<void> {
    this.#isWriting = true;
    while (this.#waiting.length > 0) {
      const batch = this.#waiting;
      this.#waiting = [];
      for (const [day, lines] of Map.groupBy(batch, (line) => line.day)) await this.#write(day, lines);
    }
    this.#isWriting = false;
  }

  async #write(day: string, lines: readonly Waiting[]): Promise<void> {
    try {
      const path = fileOf(this.#folder, day, this.#owner);
      await appendWhole(path, lines.map(({ text }) => text).join(''));
      this.#unsynced.add(path);
      for (const { resolve } of lines) resolve();
    } catch (error) {
      const refused = refusal(error, this.#folder);
      for (const { reject } of lines) reject(refused);
    }
  }
}

/** All of a text, or nothing of it; again where the file was replaced meanwhile, as `forget` does. */
async function appendWhole(path: string, text: string): Promise<void> {
  while (!(await withFile(path, 'a', (file) => appendTo(file, path, text))));
}

/** Whether the file is still the one at its path. */
async function appendTo(file: FileHandle, path: string, text: string): Promise<boolean> {
  const before = await file.stat();
  try {
    await file.appendFile(text);
  } catch (error) {
    await file.truncate(before.size).catch(() => undefined);
    throw error;
  }
  const there = await stat(path).catch(() => undefined);
  return there?.ino === before.ino;
}

/** What the system refuses, as the error of the contract. */
export function refusal(error: unknown, folder: string): StoreUnavailable {
  if (error instanceof StoreUnavailable) return error;
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  const isFull = code === 'ENOSPC' || code === 'EDQUOT';
  const why = isFull ? 'its disk is full: make room, or move the folder' : (error as Error).message;
  return new StoreUnavailable(isFull ? 'full' : 'failed', `the ledger jsonl:${folder} did not answer: ${why}`);
}
