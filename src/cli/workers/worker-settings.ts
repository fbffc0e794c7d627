import { CommandError } from '../exit.ts';

/** Which of the workers a process is, from 1. */
export const workerVariable = 'LLMPOLICY_WORKER';

/** When all of them began, in milliseconds since 1970: one that takes another's place goes on from where that was. */
export const sinceVariable = 'LLMPOLICY_WORKERS_SINCE';

const mostWorkers = 64;

export function readWorkers(written: string | undefined): number {
  if (written === undefined) return 1;
  const count = /^\d+$/.test(written) ? Number(written) : 0;
  if (count >= 1 && count <= mostWorkers) return count;
  throw new CommandError(`--workers ${written} is not a number of processes: 1 to ${mostWorkers}`);
}

/** What lives in one process or file has one owner, who serves the others; what is a server of its own serves each. */
export const hasOneOwner = (url: string): boolean => url === 'memory' || url.startsWith('sqlite:');
