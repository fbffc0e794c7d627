import type {
  Counter,
  CounterStore,
  Reading,
  ReleaseRequest,
  ReserveAnswer,
  ReserveRequest,
  SettleRequest,
} from './counter-store.ts';
import { openStoreGate, restMs, type StoreGateOptions } from './store-gate.ts';

export interface AvailabilityOptions extends StoreGateOptions {
  /** `refuse`: nothing is granted while the store does not answer. `allow`: what the allowance still holds is. */
  readonly onUnavailable: 'refuse' | 'allow';
  /** What this process may spend on its own, in nano-units, until the store has booked it. */
  readonly localAllowance: number;
}

/** Counters of a store that may be away: nothing here ever rejects with `StoreUnavailable`. */
export interface AvailableCounters {
  /** Null where the store did not answer: 100 % and exhausted under `refuse`, 0 % and not exhausted under `allow`. */
  read(counters: readonly Counter[], now: number): Promise<readonly Reading[] | null>;
  /** `cost`: the most that the attempt may cost, in nano-units; what the allowance is spent on. */
  reserve(request: ReserveRequest, cost: number): Promise<AvailableAnswer>;
  /** Booked at once, or when the store is back. `cost`: what the attempt did cost. */
  settle(request: SettleRequest, cost: number): Promise<void>;
  release(request: ReleaseRequest): Promise<void>;
  /** Why the store did not answer last, and when, by the time that never runs backwards; undefined where it did. */
  problem(): { readonly why: string; readonly at: number } | undefined;
  /** Changes that the store has not booked yet. */
  unbooked(): number;
  /** Tries no more; what is unbooked is lost, and its reservations expire. */
  stop(): void;
}

export type AvailableAnswer =
  | (ReserveAnswer & { readonly local: false })
  | { readonly granted: boolean; readonly local: true };

type Change = { readonly settle: SettleRequest } | { readonly release: ReleaseRequest };

/** So many changes may wait for the store before nothing more is granted without it. */
const maxUnbooked = 10_000;

/** Answers for a store that is away as the config says, and books what was allowed meanwhile when it is back: nothing twice. */
export function withAvailability(store: CounterStore, options: AvailabilityOptions): AvailableCounters {
  const { onUnavailable, localAllowance } = options;
  const { ask, problem } = openStoreGate(options);
  /** What each attempt that was granted here may cost or has cost, until it is booked. */
  const local = new Map<string, number>();
  const unbooked: Change[] = [];
  let isBooking = false;
  let timer: NodeJS.Timeout | undefined;

  const apply = (change: Change): Promise<void> =>
    'settle' in change ? store.settle(change.settle) : store.release(change.release);
  const bookAll = async (): Promise<void> => {
    if (isBooking) return;
    isBooking = true;
    for (let change = unbooked[0]; change !== undefined; change = unbooked[0]) {
      const next = change;
      if (!(await ask(() => apply(next))).answered) break;
      unbooked.shift();
      local.delete(idOf('settle' in change ? change.settle : change.release));
    }
    isBooking = false;
    if (unbooked.length > 0) later();
  };
  const later = (): void => {
    clearTimeout(timer);
    timer = setTimeout(bookAll, restMs).unref();
  };
  const keep = (change: Change): void => {
    unbooked.push(change);
    later();
  };
  const book = async (id: string, change: Change): Promise<void> => {
    if ((await ask(() => apply(change))).answered) local.delete(id);
    else keep(change);
  };
  const grantHere = (id: string, cost: number): boolean => {
    const spent = [...local.values()].reduce((total, each) => total + each, 0);
    if (onUnavailable === 'refuse' || unbooked.length >= maxUnbooked || spent + cost > localAllowance) return false;
    local.set(id, cost);
    return true;
  };

  return {
    async read(counters, at) {
      const asked = await ask(() => store.read(counters, at));
      return asked.answered ? asked.answer : null;
    },
    async reserve(request, cost) {
      const asked = await ask(() => store.reserve(request));
      if (asked.answered) return { ...asked.answer, local: false };
      const granted = grantHere(idOf(request), cost);
      // What the store may have granted all the same, and nobody uses, is given back; where there is no room for that, it expires.
      if (!granted && asked.sent && unbooked.length < maxUnbooked) {
        const { requestId, attempt, now } = request;
        keep({ release: { requestId, attempt, now } });
      }
      return { granted, local: true };
    },
    settle(request, cost) {
      const id = idOf(request);
      if (local.has(id)) local.set(id, cost);
      return book(id, { settle: request });
    },
    release(request) {
      const id = idOf(request);
      if (local.has(id)) local.set(id, 0);
      return book(id, { release: request });
    },
    problem,
    unbooked: () => unbooked.length,
    stop: () => clearTimeout(timer),
  };
}

const idOf = ({ requestId, attempt }: { readonly requestId: string; readonly attempt: number }): string =>
  `${attempt}/${requestId}`;
