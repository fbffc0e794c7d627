import { hash } from 'node:crypto';
import type { GatewayConfig, KeyConfig } from '../config/config.ts';
import { readKeyFacts } from '../config/key-attributes.ts';
import type { FactKey } from '../decide/facts.ts';
import { GatewayError } from '../protocol/gateway-error.ts';
import type { Value } from '../semantics/types.ts';
import type { KeyStore, VirtualKey } from '../stores/key-store.ts';
import { StoreUnavailable } from '../stores/store.ts';
import { isValid } from '../stores/virtual-key.ts';
import type { AttemptBound } from './bound-attempts.ts';
import type { Clock } from './clock.ts';
import { rememberKeys } from './key-memory.ts';
import { isKeyText, keyPrefix } from './key-text.ts';

/** Who asks: what a virtual key stands for. */
export interface Caller {
  /** The key's name, `anonymous` without one. */
  readonly name: string;
  readonly facts: ReadonlyMap<FactKey, Value>;
  /** May see rules, removed models and facts. */
  readonly debug: boolean;
  /** Presented the admin token: may ask what would be decided, and call no model. */
  readonly admin: boolean;
}

export interface KeyRing {
  /**
   * Throws or rejects with a `GatewayError` for a key that is unknown, revoked or expired, without one where keys are required, and
   * where the store would have to be asked and does not answer. Where none are required and the config has none, what does not begin
   * like a key of this gateway counts as none: clients of the official SDKs cannot leave it out.
   */
  identify(presented: string | undefined, from?: Origin): Caller | Promise<Caller>;
}

/** Whence a request comes: its connection. */
export interface Origin {
  readonly remoteAddress?: string | undefined;
}

/** Where keys are that the config does not declare. */
export interface StoredKeys {
  readonly store: Pick<KeyStore, 'find' | 'version'>;
  readonly clock: Pick<Clock, 'now' | 'wallNow'>;
}

/** Attribute of a key that lets its holder see rules. */
const debugFact = 'caller.debug';

const nameFact = 'caller.key';

/** What `caller.key` is when a request brings no key. */
export const anonymousName = 'anonymous';

function nobody(admin: boolean): Caller {
  return { name: anonymousName, facts: new Map([[nameFact, anonymousName]]), debug: admin, admin };
}

/** The caller that presents no key. */
export const anonymous = nobody(false);

/** The caller that a key stands for. */
export function holderOf({ name, facts }: Pick<KeyConfig, 'name' | 'facts'>): Caller {
  return { name, facts, debug: facts.get(debugFact) === true, admin: false };
}

function refusal(why: string): GatewayError {
  return new GatewayError('invalid_api_key', why);
}

const unknownKey = 'unknown API key: it is not one of the virtual keys of this gateway';
const storeRetryMs = 1000;

/**
 * Keys are known by their hash: a look-up takes as long for a wrong key as for a right one, and no key is kept. Where too many unknown
 * keys have come from an address, the admin token is as unknown as they are: nobody finds it out by trying.
 * @param wrong counts unknown keys, where there is an admin token to guess
 */
export function createKeyRing(
  { keys, auth, environment }: Pick<GatewayConfig, 'keys' | 'auth' | 'environment'>,
  stored?: StoredKeys,
  wrong?: AttemptBound,
): KeyRing {
  const callers = new Map(keys.map((key) => [key.sha256, holderOf(key)]));
  if (auth.adminToken !== null) callers.set(hash('sha256', auth.adminToken, 'hex'), nobody(true));
  const isOpenToAll = !auth.required && keys.length === 0;
  const hashOf = rememberHash();
  const find = stored && createStoredCallers(stored, environment, new Set(keys.map(({ name }) => name)));
  return {
    identify(presented, from) {
      if (presented === undefined) {
        if (!auth.required) return anonymous;
        throw refusal('no API key: send `Authorization: Bearer <virtual key>`');
      }
      const sha256 = hashOf(presented, from);
      const caller = callers.get(sha256);
      const isHeard = caller?.admin !== true || wrong === undefined || wrong.waitFor(addressOf(from)) === 0;
      if (caller !== undefined && isHeard) return caller;
      if (find !== undefined && isKeyText(presented)) return find(sha256);
      if (isOpenToAll && !presented.startsWith(keyPrefix)) return anonymous;
      wrong?.failed(addressOf(from));
      throw refusal(unknownKey);
    },
  };
}

/**
 * A connection mostly shows one key again and again: its hash is made once, and forgotten with the connection. No other connection is told
 * by how long that takes.
 */
function rememberHash(): (presented: string, from: Origin | undefined) => string {
  const shown = new WeakMap<Origin, { readonly presented: string; readonly sha256: string }>();
  return (presented, from) => {
    const before = from && shown.get(from);
    if (before?.presented === presented) return before.sha256;
    const sha256 = hash('sha256', presented, 'hex');
    if (from !== undefined) shown.set(from, { presented, sha256 });
    return sha256;
  };
}

const addressOf = (from: Origin | undefined): string => from?.remoteAddress ?? '';

interface Held {
  readonly caller: Caller;
  /** Attributes that the config has changed so that they are right no more. */
  readonly unreadable: readonly string[];
}

/** The callers of keys in the store. A name that the config declares is the config's alone. */
function createStoredCallers(
  { store, clock }: StoredKeys,
  environment: GatewayConfig['environment'],
  declared: ReadonlySet<string>,
): (sha256: string) => Caller | Promise<Caller> {
  const memory = rememberKeys(store, clock.now);
  const read = new WeakMap<VirtualKey, Held>();
  const holderFor = (key: VirtualKey): Held => {
    const before = read.get(key);
    if (before !== undefined) return before;
    const { facts, unreadable } = readKeyFacts(environment, key.attributes);
    const held = {
      caller: holderOf({ name: key.name, facts: new Map([[nameFact, key.name], ...facts]) }),
      unreadable,
    };
    read.set(key, held);
    return held;
  };
  const accept = (key: VirtualKey | null, sha256: string): Caller => {
    if (key === null || declared.has(key.name)) throw refusal(unknownKey);
    const now = clock.wallNow();
    if (!isValid(key, sha256, now)) throw refusal(describeInvalid(key, now));
    const { caller, unreadable } = holderFor(key);
    if (unreadable.length === 0) return caller;
    // To drop such an attribute could let its holder do more than whoever made the key meant.
    throw refusal(`this API key no longer fits the gateway's config (${unreadable.join(', ')}): ask for a new one`);
  };
  return (sha256) => {
    const found = memory.find(sha256);
    if (!(found instanceof Promise)) return accept(found, sha256);
    return found.then((key) => accept(key, sha256), refuseWithoutStore);
  };
}

function describeInvalid({ revokedAt, expiresAt }: VirtualKey, now: number): string {
  if (revokedAt !== null) return 'this API key was revoked';
  if (expiresAt !== null && expiresAt <= now) return `this API key expired on ${new Date(expiresAt).toISOString()}`;
  return 'this API key was replaced by another one';
}

/** Nobody knows whether the key is still good: it is not taken, and it is not called wrong. */
function refuseWithoutStore(error: unknown): never {
  if (!(error instanceof StoreUnavailable)) throw error;
  const why = 'virtual keys cannot be looked up at the moment: try again soon';
  throw new GatewayError('store_unavailable', why, { retryAfterMs: storeRetryMs, cause: error });
}
