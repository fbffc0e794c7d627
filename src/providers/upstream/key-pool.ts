import { createHash, createHmac } from 'node:crypto';
import type { FailureClass } from '../../protocol/failure.ts';
import type { RestingKey } from '../../protocol/resting-key.ts';
import type { UpstreamFailure } from '../../protocol/upstream-answer.ts';
import type { KeyCircuit } from '../key-circuit.ts';
import { wordsOnly } from './failure.ts';

/** A key of a provider. Only its id may be shown, kept or logged. */
export interface UpstreamKey {
  /** The first 12 hexadecimal digits of the secret's SHA-256: the same after a restart and in every replica. */
  readonly id: string;
  readonly secret: string;
}

interface Rest {
  /** By the pool's clock; infinite until the keys are read again. */
  readonly until: number;
  /** Why. */
  readonly failure: UpstreamFailure;
}

interface PooledKey extends UpstreamKey {
  readonly position: number;
  /** By upstream model; under the empty name, whatever the model. Limits of rate and permission differ by model. */
  readonly rests: Map<string, Rest>;
  readonly circuit: KeyCircuit | undefined;
}

export interface KeyPoolTools {
  /** Milliseconds that never run backwards. */
  readonly now: () => number;
  readonly warn: (warning: RestingKey) => void;
  /** Asked where there are several keys: of one, the models' own health says it all. */
  readonly circuitFor?: (keyId: string) => KeyCircuit | undefined;
}

const everyModel = '';
/** For a limit of rate whose end the upstream does not tell: enough to let another key go first. */
const defaultRestMs = 1000;
/** Money comes back when somebody pays, which nobody tells us. */
const unpaidRestMs = 60_000;

/** What an account or a deployment has, and not the request. */
const ofHealth: ReadonlySet<FailureClass> = new Set<FailureClass>(['server_error', 'overloaded', 'timeout', 'network']);

/** The keys of one provider: in turn, except those that the upstream wants left alone. */
export class KeyPool {
  readonly #provider: string;
  readonly #tools: KeyPoolTools;
  #keys: readonly PooledKey[] = [];
  #secrets: readonly string[] = [];
  #turn = 0;

  constructor(provider: string, secrets: readonly string[], tools: KeyPoolTools) {
    this.#provider = provider;
    this.#tools = tools;
    this.replace(secrets);
  }

  /** What must never be shown. */
  get secrets(): readonly string[] {
    return this.#secrets;
  }

  /**
   * A mark on a text that only this gateway and its replicas can make, as they alone hold the key; undefined for a key that is gone. A
   * provider without keys has only its name to sign with.
   */
  sign(keyId: string | null, text: string): string | undefined {
    const key = this.#keys.find(({ id }) => id === keyId);
    const secret = keyId === null && this.#keys.length === 0 ? this.#provider : key?.secret;
    return secret === undefined ? undefined : createHmac('sha256', secret).update(text).digest('base64url');
  }

  /** Takes the place of the keys: those that were refused are tried again, those that were too busy still rest. */
  replace(secrets: readonly string[]): void {
    const known = new Map(this.#keys.map((key) => [key.id, key]));
    this.#secrets = [...new Set(secrets)];
    this.#keys = this.#secrets.map((secret, index) => {
      const id = createHash('sha256').update(secret).digest('hex').slice(0, 12);
      const rests = [...(known.get(id)?.rests ?? [])].filter(([, { until }]) => Number.isFinite(until));
      const circuit = this.#secrets.length > 1 ? this.#tools.circuitFor?.(id) : undefined;
      return { id, secret, position: index + 1, rests: new Map(rests), circuit };
    });
  }

  /**
   * The key for a call of a model: the next one that does not rest, or the one asked for by its id. Null where the
   * provider has no keys. A failure, without a call, where every key rests or the one asked for is gone.
   */
  take(model: string, keyId: string | null): UpstreamKey | UpstreamFailure | null {
    if (keyId !== null) return this.#takePinned(model, keyId);
    const { length } = this.#keys;
    if (length === 0) return null;
    return this.#next(model, isWell) ?? this.#next(model, anyKey) ?? this.#allRest(this.#keys, model);
  }

  /** A call with the key has ended. `startedAt`: by `performance.now`. */
  ended(key: UpstreamKey | null, failure: UpstreamFailure | null, startedAt: number): void {
    if (key === null || this.#keys.length < 2) return;
    const circuit = this.#keys.find(({ id }) => id === key.id)?.circuit;
    const failed = failure === null ? false : ofHealth.has(failure.failure) ? true : null;
    circuit?.ended(failed, performance.now() - startedAt);
  }

  /** The next in turn that does not rest, of those that will do. */
  #next(model: string, willDo: (key: PooledKey) => boolean): PooledKey | undefined {
    const { length } = this.#keys;
    const now = this.#now();
    for (let step = 0; step < length; step++) {
      const key = this.#keys[(this.#turn + step) % length];
      if (key === undefined || restOf(key, model, now) !== undefined || !willDo(key)) continue;
      this.#turn = (this.#turn + step + 1) % length;
      return key;
    }
    return undefined;
  }

  anyRests(): boolean {
    return this.#keys.some(({ rests }) => rests.size > 0);
  }

  allRest(model: string): boolean {
    const now = this.#now();
    return this.#keys.length > 0 && this.#keys.every((key) => restOf(key, model, now) !== undefined);
  }

  /** Lets the key rest as the failure asks, and says when the provider can be called again, which may be at once. */
  hear(key: UpstreamKey, model: string, failure: UpstreamFailure): UpstreamFailure {
    const pooled = this.#keys.find(({ id }) => id === key.id);
    const rest = pooled && this.#restFor(failure);
    if (pooled === undefined || rest === undefined) return failure;
    const now = this.#now();
    const isOfModel = failure.status === 429 ? failure.failure === 'rate_limited' : failure.status === 403;
    if (rest > 0) pooled.rests.set(isOfModel ? model : everyModel, { until: now + rest, failure });
    if (failure.failure !== 'rate_limited') this.#warn(pooled, failure, rest);
    const { retryAfterMs: _asked, ...said } = failure;
    const wait = Math.min(...this.#keys.map((other) => waitOf(other, model, now)));
    return wait > 0 && Number.isFinite(wait) ? { ...said, retryAfterMs: wait } : said;
  }

  /** Whole, so that what is added to it can be taken away again exactly. */
  #now(): number {
    return Math.floor(this.#tools.now());
  }

  #takePinned(model: string, keyId: string): UpstreamKey | UpstreamFailure {
    const key = this.#keys.find(({ id }) => id === keyId);
    if (key === undefined) return wordsOnly('not_found', 'the key that this call must use is no longer in the config');
    return restOf(key, model, this.#now()) === undefined ? key : this.#allRest([key], model);
  }

  #allRest(keys: readonly PooledKey[], model: string): UpstreamFailure {
    const now = this.#now();
    const rests = keys.flatMap((key) => restOf(key, model, now) ?? []);
    const first = rests.reduce((soonest, rest) => (rest.until < soonest.until ? rest : soonest));
    const { retryAfterMs: _asked, message: _itsCallers, ...why } = first.failure;
    // What the upstream said then was said of another request, and may repeat it: it is not this caller's to read.
    const refused = first.failure.status === null ? '' : `, which the upstream refused with ${first.failure.status}`;
    const said = { ...why, status: null, message: `every key that could be used rests${refused}` };
    return Number.isFinite(first.until) ? { ...said, retryAfterMs: first.until - now } : said;
  }

  /** How long a key rests after a failure; undefined where the failure is not about the key. */
  #restFor({ failure, status, retryAfterMs }: UpstreamFailure): number | undefined {
    if (failure === 'auth') return Number.POSITIVE_INFINITY;
    if (failure === 'quota_exhausted') return retryAfterMs ?? unpaidRestMs;
    if (failure !== 'rate_limited' || status !== 429) return undefined;
    // A lone key is not kept from trying again where nobody asked for that.
    return retryAfterMs ?? (this.#keys.length > 1 ? defaultRestMs : 0);
  }

  #warn({ id, position }: PooledKey, { failure, status }: UpstreamFailure, rest: number): void {
    const restsMs = Number.isFinite(rest) ? rest : null;
    this.#tools.warn({ provider: this.#provider, keyId: id, position, failure, status, restsMs });
  }
}

const isWell = ({ circuit }: PooledKey): boolean => circuit === undefined || circuit.mayCall();
const anyKey = (): boolean => true;

function restOf({ rests }: PooledKey, model: string, now: number): Rest | undefined {
  if (rests.size === 0) return undefined;
  const inForce = [everyModel, model].flatMap((name) => {
    const rest = rests.get(name);
    if (rest !== undefined && rest.until <= now) rests.delete(name);
    return rest !== undefined && rest.until > now ? [rest] : [];
  });
  return inForce.toSorted((a, b) => b.until - a.until)[0];
}

function waitOf(key: PooledKey, model: string, now: number): number {
  const rest = restOf(key, model, now);
  return rest === undefined ? 0 : rest.until - now;
}
