/** A request that is being served, or waits for that. */
export interface Turn {
  state: 'waiting' | 'running' | 'over';
  /** Called when it is its turn, or `late` where that did not come in time. */
  readonly begin: (late: boolean) => void;
  timer: NodeJS.Timeout | undefined;
}

export interface GateBounds {
  /** Served at once. */
  readonly maxConcurrency: number;
  /** Waiting beyond these. */
  readonly maxQueue: number;
}

/** Nobody is kept waiting longer. */
const longestWaitMs = 10_000;

/** So many requests at once, so many that wait, and no more: what a process takes on is bounded. */
export class RequestGate {
  readonly #bounds: GateBounds;
  readonly #waiting = new Set<Turn>();
  #running = 0;
  #isStopping = false;

  constructor(bounds: GateBounds) {
    this.#bounds = bounds;
  }

  get running(): number {
    return this.#running;
  }

  get waiting(): number {
    return this.#waiting.size;
  }

  /** The gateway is about to stop: no more requests should be sent here. */
  get isStopping(): boolean {
    return this.#isStopping;
  }

  stop(): void {
    this.#isStopping = true;
  }

  /** Begins at once or later; undefined where too many wait already. */
  enter(begin: Turn['begin']): Turn | undefined {
    if (this.#running < this.#bounds.maxConcurrency) {
      const turn: Turn = { state: 'running', begin, timer: undefined };
      this.#running++;
      begin(false);
      return turn;
    }
    if (this.#waiting.size >= this.#bounds.maxQueue) return undefined;
    const turn: Turn = { state: 'waiting', begin, timer: undefined };
    turn.timer = setTimeout(() => {
      this.leave(turn);
      begin(true);
    }, longestWaitMs);
    this.#waiting.add(turn);
    return turn;
  }

  /** It has ended, or does not wait any more. May be said again. */
  leave(turn: Turn): void {
    const was = turn.state;
    turn.state = 'over';
    clearTimeout(turn.timer);
    this.#waiting.delete(turn);
    if (was !== 'running') return;
    this.#running--;
    const [next] = this.#waiting;
    if (next === undefined) return;
    this.#waiting.delete(next);
    clearTimeout(next.timer);
    next.state = 'running';
    this.#running++;
    next.begin(false);
  }
}
