import { StoreUnavailable } from '../stores/store.ts';
import type { Ledger } from './ledger.ts';

export interface TendingOptions {
  readonly keepMs: number | null;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** Hears why the ledger did not answer. */
  readonly failed?: (why: string) => void;
  /** A process that has not said for so long that it lives is dead. */
  readonly leaseMs?: number;
}

const defaultLeaseMs = 15_000;
/** Between two steps where more is to be done, so that those who serve come in between. */
const pauseMs = 20;

/**
 * Tends a ledger while its process lives: says that it lives, ends what dead processes left open, removes what is old. Resolves after
 * the first step; a ledger that does not answer is tended again later. Returns what stops it.
 */
export async function tendLedger(
  ledger: Pick<Ledger, 'tend'>,
  { keepMs, now, failed, leaseMs = defaultLeaseMs }: TendingOptions,
): Promise<() => void> {
  let timer: NodeJS.Timeout | undefined;
  let isStopped = false;
  const step = async (): Promise<void> => {
    const more = await ledger.tend({ now: now(), leaseMs, keepMs }).then(
      (answer) => answer.more,
      (error: unknown) => {
        if (!(error instanceof StoreUnavailable)) throw error;
        failed?.(error.message);
        return false;
      },
    );
    if (!isStopped) timer = setTimeout(step, more ? pauseMs : leaseMs / 3).unref();
  };
  await step();
  return () => {
    isStopped = true;
    clearTimeout(timer);
  };
}
