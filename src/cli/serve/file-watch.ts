import { unwatchFile, watchFile } from 'node:fs';

/** How often files are looked at: found by their dates, so that replaced files and mounted volumes are seen too. */
const watchEveryMs = 300;

/** Files that are looked at, and who hears that one has changed. */
export class FileWatch {
  readonly #changed: () => void;
  readonly #watched = new Set<string>();

  constructor(changed: () => void) {
    this.#changed = changed;
  }

  /** Watches these too. */
  add(paths: Iterable<string>): void {
    for (const path of paths) {
      if (!this.#watched.has(path)) watchFile(path, { interval: watchEveryMs }, this.#changed);
      this.#watched.add(path);
    }
  }

  stop(): void {
    for (const path of this.#watched) unwatchFile(path, this.#changed);
  }
}
