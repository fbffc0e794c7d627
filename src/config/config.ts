import type { Price } from '../catalog/price.ts';
import type { Span } from '../diagnostics/span.ts';
import type { Environment } from '../semantics/environment.ts';
import type { Value } from '../semantics/types.ts';
import type { ProviderKind, Surface } from './provider-kinds.ts';
import type { SecretSource } from './secret-source.ts';

/** `gateway.config.yaml`, read, checked and with its variables filled in: the inventory of what exists. */
export interface GatewayConfig {
  readonly server: ServerConfig;
  /** The entry policy's path as written, relative to the config file. */
  readonly policy: { readonly path: string; readonly span: Span };
  readonly auth: { readonly required: boolean; readonly adminToken: string | null };
  readonly store: StoreSettings;
  /** By name, in the file's order. */
  readonly providers: ReadonlyMap<string, ProviderConfig>;
  /** By name, in the file's order: the catalogue's order. */
  readonly models: ReadonlyMap<string, ModelConfig>;
  /** Where each declared `request.*` attribute is read from, by dotted key. */
  readonly sources: ReadonlyMap<string, readonly FactSource[]>;
  readonly keys: readonly KeyConfig[];
  /** What policies are checked against. */
  readonly environment: Environment;
}

export interface ServerConfig {
  readonly host: string;
  readonly port: number;
  /** Largest request body, in bytes. */
  readonly maxBodyBytes: number;
}

/** Where all processes of the gateway keep what they know together. */
export interface StoreSettings {
  /** `memory`, `sqlite:FILE` relative to the config's folder, `redis://…`, `rediss://…` or `upstash:https://…`: may hold a password. */
  readonly url: string;
  /** Upstash's: a secret. */
  readonly token: string | null;
  /** What budgets and limits do while the store does not answer. */
  readonly onUnavailable: 'refuse' | 'allow';
  /** What a process may then spend on its own, in nano-units of the config's currency. */
  readonly localAllowance: number;
}

export interface ProviderConfig {
  readonly name: string;
  readonly kind: ProviderKind;
  /** As the vendor's own SDK wants it, without a slash at the end; null for those that call nobody. */
  readonly baseUrl: string | null;
  /** Added to the path of every call, its question mark included; empty for most. */
  readonly query: string;
  /** By surface that the upstream takes as it is, the path below the base URL. Every other surface is translated. */
  readonly surfaces: Readonly<Partial<Record<Surface, string>>>;
  /** Empty where the provider needs none. Texts are secrets: never print one. */
  readonly apiKeys: readonly SecretSource[];
  /** In place of keys. */
  readonly identity: CloudIdentity | null;
  readonly region: string | null;
  /** Sent with every call, by lower-case name: may hold secrets. */
  readonly headers: Readonly<Record<string, SecretSource>>;
  /** The URL of an HTTP proxy through which alone the upstream is reached: may hold a secret. */
  readonly proxy: string | null;
  /** Bounds one call where the policy says nothing. */
  readonly timeoutMs: number;
}

/** The identity that the machine has in its cloud. */
export type CloudIdentity = { readonly cloud: 'aws'; readonly region: string } | { readonly cloud: 'google' };

export interface ModelConfig {
  readonly name: string;
  readonly provider: string;
  readonly upstream: string;
  /** In the config's currency; null where it is not known. */
  readonly price: Price | null;
}

/** A place in a request from which an attribute is read; the first that is present counts. */
export type FactSource =
  | { readonly kind: 'header'; readonly name: string }
  | { readonly kind: 'metadata'; readonly field: string };

/** A virtual key that the config declares. */
export interface KeyConfig {
  readonly name: string;
  /** Lower-case hexadecimal SHA-256 of the key. */
  readonly sha256: string;
  /** `caller.*` facts by dotted key: `caller.team`, `caller.tier`, … */
  readonly facts: ReadonlyMap<string, Value>;
}
