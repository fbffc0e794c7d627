import { existsSync, realpathSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { CommandError } from './exit.ts';

/** Writes beside the file and renames: whoever reads it meanwhile sees the old text or the new one, never a part. */
export function replaceFile(path: string, text: string): void {
  const before = existsSync(path);
  const target = before ? realpathSync(path) : path;
  const beside = join(dirname(target), `.${basename(target)}.${process.pid}.tmp`);
  try {
    writeFileSync(beside, text, { flag: 'wx', ...(before && { mode: statSync(target).mode }) });
    renameSync(beside, target);
  } catch (error) {
    rmSync(beside, { force: true });
    throw new CommandError(`cannot write ${path}: ${error instanceof Error ? error.message : String(error)}`);
  }
}
