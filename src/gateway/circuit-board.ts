import { isDeepStrictEqual } from 'node:util';
import type { CircuitSettings } from '../config/config.ts';
import type { HealthRow, HealthStore } from '../stores/health-store.ts';
import { StoreUnavailable } from '../stores/store.ts';
import { type HealthCall, healthyCircuit } from './circuit.ts';
import { readCircuit } from './read-circuit.ts';
import { SharedCircuit } from './shared-circuit.ts';

export interface CircuitBoardTools {
  readonly store: HealthStore;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** Of all processes only this one has it. */
  readonly id: string;
  /** Hears of each circuit that opens or closes, here or elsewhere. */
  readonly turned?: (name: string, isOpen: boolean) => void;
}

/** How old what the store said may be while calls are made. Who calls nobody asks nobody. */
const exchangeEveryMs = 1000;
/** Of an upstream that nobody calls, nothing is known any more after so long. */
const forgetMs = 600_000;

/**
 * The circuits of all upstreams, shared with the other processes on the store: once a second what was counted here is told and what was
 * counted elsewhere is learnt, at once when a circuit opens or closes. No call waits for that; without the store each process goes on alone.
 */
export class CircuitBoard {
  readonly #tools: CircuitBoardTools;
  readonly #circuits = new Map<string, SharedCircuit>();
  readonly #settings = new WeakMap<SharedCircuit, CircuitSettings | null>();
  readonly #open = new Set<SharedCircuit>();
  #exchangedAt = Number.NEGATIVE_INFINITY;
  #running: Promise<void> | undefined;
  #isDueAgain = false;
  #isAlone = false;
  #marks = 0;

  constructor(tools: CircuitBoardTools) {
    this.#tools = tools;
  }

  get now(): number {
    return this.#tools.now();
  }

  /** Those that are open or half open, of all that were added. */
  get open(): ReadonlySet<SharedCircuit> {
    return this.#open;
  }

  /**
   * `settings`: null for one that never opens, and is only measured. One that is there with the same settings goes on with what is known:
   * another config may have the same models.
   */
  add(name: string, settings: CircuitSettings | null): SharedCircuit {
    const known = this.#circuits.get(name);
    if (known !== undefined && isDeepStrictEqual(this.#settings.get(known), settings)) return known;
    if (known !== undefined) this.#open.delete(known);
    const circuit = new SharedCircuit(name, settings);
    this.#circuits.set(name, circuit);
    this.#settings.set(circuit, settings);
    return circuit;
  }

  record(circuit: SharedCircuit, call: HealthCall): void {
    const hasTurned = circuit.add(call);
    this.#note(circuit);
    if (hasTurned) this.#exchangeNow();
    else this.refresh();
  }

  /** Whether one request may call an upstream that is half open; `endProbe` gives the right back. */
  takeProbe(circuit: SharedCircuit, now: number): boolean {
    const taken = circuit.takeProbe(this.#tools.id, now, this.#isAlone);
    if (taken === 'wanted') this.#exchangeNow();
    return taken === 'taken';
  }

  /** Asks the store where it was not asked within the last second. Nobody waits for the answer. */
  refresh(): void {
    const age = this.#tools.now() - this.#exchangedAt;
    if (age >= exchangeEveryMs || age < 0) this.#exchangeNow();
  }

  /** Resolves when the store has heard of everything so far, or does not answer. */
  async drain(): Promise<void> {
    this.#exchangeNow();
    while (this.#running !== undefined) await this.#running;
  }

  #exchangeNow(): void {
    if (this.#running !== undefined) {
      this.#isDueAgain = true;
      return;
    }
    this.#isDueAgain = false;
    this.#exchangedAt = this.#tools.now();
    this.#running = this.#exchange().finally(() => {
      this.#running = undefined;
      if (this.#isDueAgain) this.#exchangeNow();
    });
  }

  async #exchange(): Promise<void> {
    const now = this.#tools.now();
    const changes = [...this.#circuits.values()].flatMap((circuit) => {
      const mark = `${this.#tools.id}-${++this.#marks}`;
      if (!circuit.send(mark, this.#tools.id, now)) return [];
      const text = JSON.stringify(circuit.viewAt(now));
      return [{ name: circuit.name, before: circuit.mark, mark, text, keepUntil: now + forgetMs }];
    });
    try {
      const rows = await this.#tools.store.exchange({ now, changes });
      this.#isAlone = false;
      this.#learn(new Map(rows.map((row) => [row.name, row])));
    } catch (error) {
      if (!(error instanceof StoreUnavailable)) throw error;
      this.#isAlone = true;
      // What was taken all the same is then counted twice: the store may know of some failures too many, never of too few.
      for (const circuit of this.#circuits.values()) circuit.unsend();
    }
  }

  #learn(rows: ReadonlyMap<string, HealthRow>): void {
    const now = this.#tools.now();
    for (const circuit of this.#circuits.values()) {
      const row = rows.get(circuit.name);
      const isTaken = circuit.sent !== undefined && row?.mark === circuit.sent.mark;
      if (isTaken) circuit.sent = undefined;
      else if (circuit.sent !== undefined || (row !== undefined && row.mark !== circuit.mark)) {
        circuit.unsend();
        circuit.adopt((row && readCircuit(row.text)) ?? healthyCircuit, now);
        this.#isDueAgain ||= circuit.hasTurned;
      }
      circuit.mark = row?.mark ?? null;
      this.#note(circuit);
    }
  }

  #note(circuit: SharedCircuit): void {
    if (circuit.isOpen === this.#open.has(circuit)) return;
    if (circuit.isOpen) this.#open.add(circuit);
    else this.#open.delete(circuit);
    this.#tools.turned?.(circuit.name, circuit.isOpen);
  }
}
