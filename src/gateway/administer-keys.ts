import { hash } from 'node:crypto';
import type { GatewayConfig } from '../config/config.ts';
import { checkKeyAttributes, readKeyFacts, type WrittenAttributes, writeKeyFacts } from '../config/key-attributes.ts';
import { GatewayError } from '../protocol/gateway-error.ts';
import type { KeyStore, VirtualKey } from '../stores/key-store.ts';
import { createKeyText } from './key-text.ts';
import { readExpiry, readOverlap } from './key-times.ts';
import { anonymousName } from './keys.ts';

/** Makes, shows and ends virtual keys: beside the store itself, or over `/admin`. What is wrong rejects with a `GatewayError`. */
export interface KeyAdministration {
  create(request: NewKey): Promise<IssuedKey>;
  /** By name; the config's own first. */
  list(): Promise<readonly KeyView[]>;
  revoke(name: string): Promise<KeyView>;
  rotate(name: string, request: Rotation): Promise<IssuedKey>;
}

export interface NewKey {
  readonly name: string;
  readonly attributes: WrittenAttributes;
  /** When it ends: an instant (`2027-01-31`, `2027-01-31T12:00:00Z`) or how long it lives (`30d`). */
  readonly expires?: string | undefined;
}

export interface Rotation {
  /** For how long the key before goes on working: a duration (`1h`). */
  readonly overlap?: string | undefined;
}

/** A virtual key as it is shown: never the key. Instants as ISO texts. */
export interface KeyView {
  readonly name: string;
  /** The config's keys are changed in the config. */
  readonly source: 'config' | 'store';
  readonly state: 'active' | 'expired' | 'revoked' | 'overruled';
  readonly hash: string;
  readonly attributes: WrittenAttributes;
  readonly createdAt: string | null;
  readonly expiresAt: string | null;
  readonly revokedAt: string | null;
  /** Until when the key before the last rotation is taken. */
  readonly overlapUntil: string | null;
}

/** The one time that a key is shown. */
export interface IssuedKey extends KeyView {
  readonly key: string;
}

type Known = Pick<GatewayConfig, 'keys' | 'environment'>;

const longestName = 128;

/** @param wallNow milliseconds since 1970 */
export function administerKeys(config: Known, store: KeyStore, wallNow: () => number): KeyAdministration {
  const declared = new Set(config.keys.map(({ name }) => name));
  const view = (key: VirtualKey): KeyView => viewStored(key, config.environment, declared, wallNow());
  const stored = async (name: string): Promise<VirtualKey> => {
    const found = (await store.list()).find((key) => key.name === name);
    if (found !== undefined) return found;
    if (declared.has(name)) {
      throw new GatewayError('invalid_request', `the key ${quote(name)} is the config's: change it there`);
    }
    throw new GatewayError('not_found', `there is no key ${quote(name)}`);
  };
  return {
    async create({ name, attributes, expires }) {
      const now = wallNow();
      checkName(name);
      if (declared.has(name)) throw taken(name, 'in the config');
      const problems = checkKeyAttributes(config.environment, attributes);
      if (problems.length > 0) throw new GatewayError('invalid_request', problems.join('; '), { param: 'attributes' });
      const text = createKeyText();
      const key: VirtualKey = {
        name,
        sha256: hash('sha256', text, 'hex'),
        attributes,
        createdAt: now,
        expiresAt: expires === undefined ? null : readExpiry(expires, now),
        revokedAt: null,
        previous: null,
      };
      if (!(await store.create(key))) throw taken(name, 'already, be it revoked');
      return { key: text, ...view(key) };
    },
    async list() {
      return [...config.keys.map((key) => viewDeclared(key, config.environment)), ...(await store.list()).map(view)];
    },
    async revoke(name) {
      await stored(name);
      await store.revoke({ name, at: wallNow() });
      return view(await stored(name));
    },
    async rotate(name, { overlap }) {
      await stored(name);
      const text = createKeyText();
      const at = wallNow();
      const previousUntil = at + (overlap === undefined ? 0 : readOverlap(overlap));
      if (!(await store.rotate({ name, sha256: hash('sha256', text, 'hex'), at, previousUntil }))) {
        throw new GatewayError('invalid_request', `the key ${quote(name)} was revoked: create another one`);
      }
      return { key: text, ...view(await stored(name)) };
    },
  };
}

function quote(name: string): string {
  return `\`${name}\``;
}

function taken(name: string, where: string): GatewayError {
  return new GatewayError('key_exists', `there is a key ${quote(name)} ${where}: choose another name`, {
    param: 'name',
  });
}

function checkName(name: string): void {
  const param = { param: 'name' };
  if (name === anonymousName) {
    throw new GatewayError('invalid_request', `${quote(name)} is what requests without a key are called`, param);
  }
  if (name.length > longestName || !/^[^\s\p{C}](?:[^\p{C}]*[^\s\p{C}])?$/u.test(name)) {
    const message = `the name of a key is a text of 1 to ${longestName} characters, without blanks around it`;
    throw new GatewayError('invalid_request', message, param);
  }
}

function viewDeclared({ name, sha256, facts }: Known['keys'][number], environment: Known['environment']): KeyView {
  return {
    name,
    source: 'config',
    state: 'active',
    hash: `sha256:${sha256}`,
    attributes: writeKeyFacts(environment, facts),
    createdAt: null,
    expiresAt: null,
    revokedAt: null,
    overlapUntil: null,
  };
}

function viewStored(
  key: VirtualKey,
  environment: Known['environment'],
  declared: ReadonlySet<string>,
  now: number,
): KeyView {
  const { previous } = key;
  return {
    name: key.name,
    source: 'store',
    state: stateOf(key, declared, now),
    hash: `sha256:${key.sha256}`,
    attributes: writeKeyFacts(environment, readKeyFacts(environment, key.attributes).facts),
    createdAt: isoOf(key.createdAt),
    expiresAt: isoOf(key.expiresAt),
    revokedAt: isoOf(key.revokedAt),
    overlapUntil: isoOf(previous !== null && previous.validUntil > now ? previous.validUntil : null),
  };
}

function stateOf({ name, revokedAt, expiresAt }: VirtualKey, declared: ReadonlySet<string>, now: number) {
  if (revokedAt !== null) return 'revoked';
  if (expiresAt !== null && expiresAt <= now) return 'expired';
  return declared.has(name) ? 'overruled' : 'active';
}

function isoOf(instant: number | null): string | null {
  return instant === null ? null : new Date(instant).toISOString();
}
