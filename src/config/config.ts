import type { Span } from '../diagnostics/span.ts';
import type { Environment } from '../semantics/environment.ts';
import type { Value } from '../semantics/types.ts';
import type { GuardConfig } from './guard-config.ts';

/** `gateway.config.yaml`, read, checked and with its variables filled in: the inventory of what exists. */
export interface GatewayConfig {
  readonly server: ServerConfig;
  /** The entry policy's path as written, relative to the config file. */
  readonly policy: { readonly path: string; readonly span: Span };
  readonly auth: { readonly required: boolean; readonly adminToken: string | null };
  /** By name, in the file's order. */
  readonly providers: ReadonlyMap<string, ProviderConfig>;
  /** By name, in the file's order: the catalogue's order. */
  readonly models: ReadonlyMap<string, ModelConfig>;
  /** By name, in the file's order. */
  readonly guards: ReadonlyMap<string, GuardConfig>;
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

export interface ProviderConfig {
  readonly name: string;
  readonly kind: ProviderKind;
  /** As the vendor's own SDK wants it, without a slash at the end; null means the kind's own. */
  readonly baseUrl: string | null;
  /** Secrets: never print one. Empty where the provider needs none. */
  readonly apiKeys: readonly string[];
  readonly region: string | null;
  /** Bounds one call where the policy says nothing. */
  readonly timeoutMs: number;
}

export const providerKinds = ['sandbox', 'openai', 'openai-compatible'] as const;
export type ProviderKind = (typeof providerKinds)[number];

export interface ModelConfig {
  readonly name: string;
  readonly provider: string;
  readonly upstream: string;
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
