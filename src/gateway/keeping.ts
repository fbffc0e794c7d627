import type { GatewayConfig } from '../config/config.ts';
import type { Ledger } from '../ledger/ledger.ts';
import type { Store } from '../stores/store.ts';
import { bookSums } from './book-sums.ts';
import type { Clock } from './clock.ts';
import { Notifier } from './notifier.ts';
import { Recorder } from './recorder.ts';

/** What keeps requests and tells of budgets, for a config and where it keeps them. */
export interface Keeping {
  readonly recorder: Recorder;
  readonly notifier: Notifier;
  /** Keeps what has ended, and tries no more. */
  stop(): Promise<void>;
}

export interface KeepingTools {
  readonly ledger: Ledger;
  readonly store: Pick<Store, 'sums' | 'notices'>;
  readonly clock: Clock;
  readonly warn: (why: string) => void;
}

type KeepingConfig = Pick<GatewayConfig, 'environment' | 'ledger' | 'channels'>;

export function createKeeping(config: KeepingConfig, { ledger, store, clock, warn }: KeepingTools): Keeping {
  const lost = (why: string) => warn(`sums of requests were lost: ${why}`);
  const sums = bookSums(store.sums, { now: clock.wallNow, lost });
  const recorder = new Recorder(config, { ledger, sums, clock, warn });
  const notifier = new Notifier(config, { notices: store.notices, ledger, clock, warn });
  return {
    recorder,
    notifier,
    async stop() {
      await notifier.stop();
      await recorder.drain();
      sums.stop();
    },
  };
}
