import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { longestLeaseMs } from '../ledger.ts';

export interface Lease {
  readonly owner: string;
  /** Milliseconds since 1970. */
  readonly until: number;
  /** The day of its oldest entry that is open. */
  readonly since: string;
}

const folderOf = (ledger: string): string => join(ledger, 'owners');

/** Says until when a process is taken to live. */
export async function putLease(ledger: string, lease: Lease): Promise<void> {
  await mkdir(folderOf(ledger), { recursive: true });
  await writeFile(join(folderOf(ledger), lease.owner), JSON.stringify(lease));
}

export async function endLease(ledger: string, owner: string): Promise<void> {
  await rm(join(folderOf(ledger), owner), { force: true });
}

/** The first process that has not said in time that it lives. */
export async function deadOwner(ledger: string, now: number): Promise<Lease | undefined> {
  for (const name of await readdir(folderOf(ledger)).catch(() => [])) {
    const lease = await readLease(join(folderOf(ledger), name));
    if (lease !== undefined && (lease.until <= now || lease.until > now + longestLeaseMs)) return lease;
  }
  return undefined;
}

/** Undefined for one that is just being written, or was ended by another process. */
async function readLease(path: string): Promise<Lease | undefined> {
  try {
    return JSON.parse(await readFile(path, 'utf8')) as Lease;
  } catch {
    return undefined;
  }
}
