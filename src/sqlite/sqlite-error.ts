import { StoreUnavailable, type Unavailability } from '../stores/store.ts';

/** SQLite's primary result codes, of which extended ones keep the lowest byte. */
const reasons: Readonly<Record<number, readonly [Unavailability, string]>> = {
  5: ['busy', 'another process held it for too long'],
  6: ['busy', 'another process held it for too long'],
  8: ['failed', 'it may not be written: look at the rights of the file and its folder'],
  10: ['failed', 'the disk could not be read or written'],
  13: ['full', 'its disk is full: make room, or move the file'],
  14: ['failed', 'it could not be opened: look at the rights of the file and its folder'],
  11: ['failed', 'the file is damaged: put a backup in its place, or move it away to begin anew'],
  26: ['failed', 'the file is not a SQLite database: the config must name another one'],
};

/** What SQLite refuses, as the error of the contract; anything else is a bug and stays what it is. */
export function sqliteError(error: unknown, where: string): StoreUnavailable | undefined {
  const code = error instanceof Error ? Reflect.get(error, 'errcode') : undefined;
  if (!(error instanceof Error) || typeof code !== 'number') return undefined;
  const [reason, why] = reasons[code & 0xff] ?? ['failed', error.message];
  return new StoreUnavailable(reason, `${where} did not answer: ${why}`, error);
}
