import { defaultCircuit } from '../config/circuit.ts';
import type { CircuitSettings } from '../config/config.ts';
import {
  afterCall,
  afterCalls,
  type CallTally,
  type Circuit,
  type CircuitState,
  type HealthCall,
  healthyCircuit,
  joinTallies,
  noCalls,
  type Opening,
  stateOf,
  tallyOf,
} from './circuit.ts';

/** What this process has to tell the others. */
export interface News {
  readonly tally: CallTally;
  /** It was opened or closed here. */
  readonly turn: Turn | undefined;
}

interface Turn {
  readonly at: number;
  readonly opening: Opening | null;
}

/** Who has the right to probe holds it for so long, and longer while a probe runs. */
const leaseMs = 5000;

/** One circuit as one process sees it: what the store said last, and its own calls since. */
export class SharedCircuit {
  readonly name: string;
  readonly settings: CircuitSettings;
  readonly canOpen: boolean;
  #view: Circuit = healthyCircuit;
  /** What is in the view and not in the store. */
  #news: News = { tally: noCalls, turn: undefined };
  /** Successes of a circuit that is closed are no more than two sums, until somebody looks. */
  #calls = 0;
  #totalMs = 0;
  /** The probe's right was claimed, or must be held on to. */
  #claims = false;
  /** A request of this process probes. */
  #isProbing = false;
  mark: string | null = null;
  sent: (News & { readonly mark: string }) | undefined;

  constructor(name: string, settings: CircuitSettings | null) {
    this.name = name;
    this.canOpen = settings !== null;
    this.settings = settings ?? { ...defaultCircuit, failures: Infinity, calls: Infinity };
  }

  get isOpen(): boolean {
    return this.#view.opening !== null;
  }

  /** The store has not heard yet that it was opened or closed here. */
  get hasTurned(): boolean {
    return this.#news.turn !== undefined;
  }

  viewAt(now: number): Circuit {
    this.#gather(now);
    return this.#view;
  }

  stateAt(now: number): CircuitState {
    return stateOf(this.#view, now, this.settings);
  }

  /** Whether it was opened or closed by that. */
  add(call: HealthCall): boolean {
    if (!call.failed && this.#view.opening === null && this.#view.run === 0) {
      this.#calls++;
      this.#totalMs += Math.max(0, call.endedAt - call.startedAt);
      return false;
    }
    this.#gather(call.endedAt);
    const before = this.#view;
    this.#view = afterCall(before, call, this.settings);
    if (this.#view === before) return false;
    const hasTurned = this.#view.opening !== before.opening;
    const turn = hasTurned ? { at: call.endedAt, opening: this.#view.opening } : this.#news.turn;
    this.#news = { tally: joinTallies(this.#news.tally, tallyOf(call)), turn };
    return hasTurned;
  }

  /** Takes the right to probe, for one request at a time. `wanted`: the store has to be asked for it first. */
  takeProbe(by: string, now: number, isAlone: boolean): 'taken' | 'wanted' | 'no' {
    const { opening } = this.#view;
    if (opening === null || this.#isProbing) return 'no';
    const { probe } = opening;
    const isHeld = probe !== null && now < probe.until && probe.until - now <= leaseMs;
    if (isHeld && probe.by !== by) return 'no';
    if (!isAlone && (!isHeld || this.#claims || this.sent !== undefined)) {
      if (!isHeld) this.#claim(by, now);
      return this.#claims ? 'wanted' : 'no';
    }
    this.#isProbing = true;
    return 'taken';
  }

  endProbe(): void {
    this.#isProbing = false;
  }

  /** Whether the store should hear of it. Then it is `sent`, under this mark. */
  send(mark: string, by: string, now: number): boolean {
    this.#gather(now);
    if (this.#isProbing && this.#view.opening?.probe?.by === by) this.#claim(by, now);
    const { tally, turn } = this.#news;
    if (tally.calls === 0 && turn === undefined && !this.#claims) return false;
    this.sent = { tally, turn, mark };
    this.#news = { tally: noCalls, turn: undefined };
    this.#claims = false;
    return true;
  }

  /** It was not taken: it is to be said again. */
  unsend(): void {
    if (this.sent === undefined) return;
    const { tally, turn } = this.#news;
    this.#news = { tally: joinTallies(this.sent.tally, tally), turn: turn ?? this.sent.turn };
    this.sent = undefined;
  }

  /** What the store holds, with what it has not heard of yet on top. */
  adopt(theirs: Circuit, now: number): void {
    this.#gather(now);
    const { tally, turn } = this.#news;
    const isLater = turn !== undefined && (theirs.opening === null || theirs.opening.at <= turn.at);
    const isClosed = isLater && turn.opening === null;
    const base = isClosed ? { ...healthyCircuit, latencyMs: theirs.latencyMs } : theirs;
    this.#claims = false;
    this.#view = {
      ...afterCalls(base, tally, now, this.settings),
      opening: !this.canOpen ? null : isLater ? turn.opening : theirs.opening,
    };
  }

  #claim(by: string, now: number): void {
    const { opening } = this.#view;
    if (opening === null) return;
    this.#view = { ...this.#view, opening: { ...opening, probe: { by, until: now + leaseMs } } };
    this.#claims = true;
  }

  #gather(now: number): void {
    if (this.#calls === 0) return;
    const tally = { calls: this.#calls, failed: 0, run: 0, totalMs: this.#totalMs };
    this.#calls = 0;
    this.#totalMs = 0;
    this.#view = afterCalls(this.#view, tally, now, this.settings);
    this.#news = { ...this.#news, tally: joinTallies(this.#news.tally, tally) };
  }
}
