import type { GatewayConfig } from '../config/config.ts';
import type { Decision } from '../decide/decision.ts';
import type { FactKey } from '../decide/facts.ts';
import type { FailureClass } from '../protocol/failure.ts';
import type { UpstreamFailure } from '../protocol/upstream-answer.ts';
import type { Provider, ProviderKeys } from '../providers/provider.ts';
import type { Value } from '../semantics/types.ts';
import type { CircuitState } from './circuit.ts';
import type { CircuitBoard } from './circuit-board.ts';
import type { SharedCircuit } from './shared-circuit.ts';

/** How models are, as one request sees it. */
export interface HealthLook {
  /** Of models that are down, and latencies that the policy asks for. */
  readonly facts: readonly (readonly [FactKey, Value])[];
  /** Models that this request may try, for all, whether they are well again. */
  readonly probes: readonly SharedCircuit[];
}

/** How a model is, for operators. */
export interface ModelStanding {
  readonly model: string;
  readonly provider: string;
  readonly up: boolean;
  /** `off` where the config says so. */
  readonly circuit: CircuitState | 'off';
  readonly failuresInARow: number;
  readonly latencyMs: number | null;
  /** Until it is tried again; null where it is not open. */
  readonly restsMs: number | null;
  /** Every key of its provider that could call it rests. */
  readonly keysRest: boolean;
}

/** What speaks of the model: neither the caller's mistakes nor limits of rate, which rest keys. */
const ofHealth: ReadonlySet<FailureClass> = new Set<FailureClass>([
  'server_error',
  'overloaded',
  'timeout',
  'first_token_timeout',
  'network',
  'bad_response',
]);

const nothingSeen: HealthLook = { facts: [], probes: [] };

interface WatchedModel {
  readonly name: string;
  readonly provider: string;
  readonly upstream: string;
  readonly upFact: FactKey;
  readonly latencyFact: FactKey;
  readonly circuit: SharedCircuit;
  readonly keys: Provider['keys'];
}

type HealthConfig = Pick<GatewayConfig, 'models' | 'providers'>;

/** The health of the models: from what their calls come to, to the facts `model.up` and `model.latency`. */
export class ModelHealth {
  readonly #board: CircuitBoard;
  readonly #models: ReadonlyMap<string, WatchedModel>;
  readonly #byCircuit: ReadonlyMap<SharedCircuit, WatchedModel>;
  /** Of the providers that have some. */
  readonly #keys: readonly ProviderKeys[];
  #isStopped = false;
  readonly #latencyOf = new WeakMap<ReadonlySet<FactKey>, readonly WatchedModel[]>();

  constructor({ models, providers }: HealthConfig, running: ReadonlyMap<string, Provider>, board: CircuitBoard) {
    this.#board = board;
    const watched = [...models.values()].map(({ name, provider, upstream }): WatchedModel => {
      const circuit = this.#board.add(`model/${name}`, providers.get(provider)?.circuit ?? null);
      const { keys } = running.get(provider) ?? {};
      return { name, provider, upstream, upFact: `${name}.up`, latencyFact: `${name}.latency`, circuit, keys };
    });
    this.#models = new Map(watched.map((model) => [model.name, model]));
    this.#byCircuit = new Map(watched.map((model) => [model.circuit, model]));
    this.#keys = [...running.values()].flatMap(({ keys }) => keys ?? []);
  }

  /** @param mayProbe the request will call models, and may be the one that tries those that are half open */
  look(required: ReadonlySet<FactKey>, mayProbe: boolean): HealthLook {
    this.#board.refresh();
    const measured = this.#measured(required);
    const { open } = this.#board;
    const hasResting = this.#keys.some((keys) => keys.anyRests());
    if (open.size === 0 && measured.length === 0 && !hasResting) return nothingSeen;
    const now = this.#board.now;
    const probes = mayProbe ? [...open].filter((circuit) => this.#takes(circuit, now)) : [];
    const down = [...this.#models.values()].filter((model) => this.#isDown(model, probes, hasResting));
    const latencies = measured.flatMap(({ latencyFact, circuit }) => {
      const { latencyMs } = circuit.viewAt(now);
      return latencyMs === null ? [] : [[latencyFact, Math.round(latencyMs)] as const];
    });
    const facts = down.filter(({ upFact }) => required.has(upFact)).map(({ upFact }) => [upFact, false] as const);
    return { facts: [...facts, ...latencies], probes };
  }

  /** A request tries the model that its plan begins with, and no other: the right to try others is another's. */
  keepProbes({ probes }: HealthLook, { attempts }: Decision): readonly SharedCircuit[] {
    const first = this.#models.get(attempts[0]?.model ?? '')?.circuit;
    for (const probe of probes) if (probe !== first) probe.endProbe();
    return probes.filter((probe) => probe === first);
  }

  /** A call of a model has ended, after so many milliseconds: at its answer or first event, or with a failure. */
  ended(model: string, failure: UpstreamFailure | null, tookMs: number): void {
    const circuit = this.#models.get(model)?.circuit;
    if (this.#isStopped || circuit === undefined || (failure !== null && !ofHealth.has(failure.failure))) return;
    const endedAt = this.#board.now;
    this.#board.record(circuit, { failed: failure !== null, startedAt: endedAt - tookMs, endedAt });
  }

  standings(): readonly ModelStanding[] {
    this.#board.refresh();
    const now = this.#board.now;
    return [...this.#models.values()].map((model) => {
      const { name, provider, circuit } = model;
      const view = circuit.viewAt(now);
      const state = circuit.stateAt(now);
      const keysRest = allKeysRest(model);
      return {
        model: name,
        provider,
        up: !keysRest && state === 'closed',
        circuit: circuit.canOpen ? state : 'off',
        failuresInARow: view.run,
        latencyMs: view.latencyMs === null ? null : Math.round(view.latencyMs),
        restsMs: state === 'open' && view.opening ? view.opening.until - now : null,
        keysRest,
      };
    });
  }

  /** Resolves when the others can know everything so far. What calls come to from now on is nobody's fault but ours. */
  stop(): Promise<void> {
    this.#isStopped = true;
    return this.#board.drain();
  }

  #takes(circuit: SharedCircuit, now: number): boolean {
    const model = this.#byCircuit.get(circuit);
    if (model === undefined || circuit.stateAt(now) !== 'half-open' || allKeysRest(model)) return false;
    return this.#board.takeProbe(circuit, now);
  }

  #isDown(model: WatchedModel, probes: readonly SharedCircuit[], hasResting: boolean): boolean {
    const { circuit } = model;
    if (circuit.isOpen && !probes.includes(circuit)) return true;
    return hasResting && allKeysRest(model);
  }

  /** The models whose latency a policy asks for: worked out once for each. */
  #measured(required: ReadonlySet<FactKey>): readonly WatchedModel[] {
    const known = this.#latencyOf.get(required);
    if (known !== undefined) return known;
    const found = [...this.#models.values()].filter(({ latencyFact }) => required.has(latencyFact));
    this.#latencyOf.set(required, found);
    return found;
  }
}

function allKeysRest({ keys, upstream }: WatchedModel): boolean {
  return keys?.allRest(upstream) ?? false;
}
