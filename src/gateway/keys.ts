import { hash } from 'node:crypto';
import type { GatewayConfig, KeyConfig } from '../config/config.ts';
import type { FactKey } from '../decide/facts.ts';
import { GatewayError } from '../protocol/gateway-error.ts';
import type { Value } from '../semantics/types.ts';

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
   * Throws a `GatewayError` for a key that is unknown, and without one where keys are required. Where none are required and none
   * exist, whatever is presented counts as none: clients of the official SDKs cannot leave it out.
   */
  identify(presented: string | undefined): Caller;
}

/** Attribute of a key that lets its holder see rules. */
const debugFact = 'caller.debug';

const anonymousName = 'anonymous';

function nobody(admin: boolean): Caller {
  return { name: anonymousName, facts: new Map([['caller.key', anonymousName]]), debug: admin, admin };
}

/** The caller that presents no key. */
export const anonymous = nobody(false);

/** The caller that a key stands for. */
export function holderOf({ name, facts }: KeyConfig): Caller {
  return { name, facts, debug: facts.get(debugFact) === true, admin: false };
}

/** Keys are known by their hash: a look-up takes as long for a wrong key as for a right one, and no key is kept. */
export function createKeyRing({ keys, auth }: Pick<GatewayConfig, 'keys' | 'auth'>): KeyRing {
  const callers = new Map(keys.map((key) => [key.sha256, holderOf(key)]));
  if (auth.adminToken !== null) callers.set(hash('sha256', auth.adminToken, 'hex'), nobody(true));
  const isOpenToAll = !auth.required && keys.length === 0;
  return {
    identify(presented) {
      if (presented === undefined) {
        if (!auth.required) return anonymous;
        throw new GatewayError('invalid_api_key', 'no API key: send `Authorization: Bearer <virtual key>`');
      }
      const caller = callers.get(hash('sha256', presented, 'hex'));
      if (caller !== undefined) return caller;
      if (isOpenToAll) return anonymous;
      throw new GatewayError('invalid_api_key', 'unknown API key: it is not one of the virtual keys of this gateway');
    },
  };
}
