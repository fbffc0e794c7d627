import type { GatewayConfig } from '../config/config.ts';
import type { Ledger } from '../ledger/ledger.ts';
import type { Store } from '../stores/store.ts';
import { bookSums } from './book-sums.ts';
import type { Clock } from './clock.ts';
import { type NoticeConfig, Notifier } from './notifier.ts';
import { Recorder } from './recorder.ts';

/** What keeps requests and tells of budgets, whatever the config is at the moment. */
export interface Keeping {
  readonly notifier: Notifier;
  /** Keeps requests that are served with this config. */
  recorderFor(config: Pick<GatewayConfig, 'environment' | 'ledger'>): Recorder;
  /** Keeps what has ended, and tries no more. */
  stop(): Promise<void>;
}

export interface KeepingTools {
  readonly ledger: Ledger;
  readonly store: Pick<Store, 'sums' | 'notices'>;
  readonly clock: Clock;
  readonly warn: (why: string) => void;
  /** In force at the moment: a notice goes where it says now. */
  readonly config: () => NoticeConfig;
}

export function createKeeping({ ledger, store, clock, warn, config }: KeepingTools): Keeping {
  const lost = (why: string) => warn(`sums of requests were lost: ${why}`);
  const sums = bookSums(store.sums, { now: clock.wallNow, lost });
  const notifier = new Notifier(config, { notices: store.notices, ledger, clock, warn });
  return {
    notifier,
    recorderFor: (served) => new Recorder(served, { ledger, sums, clock, warn }),
    async stop() {
      await notifier.stop();
      await sums.drain();
      sums.stop();
    },
  };
}
