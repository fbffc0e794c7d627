import type { Price } from '../catalog/price.ts';
import type { Span } from '../diagnostics/span.ts';
import type { Environment } from '../semantics/environment.ts';
import type { Value } from '../semantics/types.ts';
import type { GuardConfig } from './guard-config.ts';
import type { ProviderKind, Surface } from './provider-kinds.ts';
import type { SecretSource } from './secret-source.ts';

/** `gateway.config.yaml`, read, checked and with its variables filled in: the inventory of what exists. */
export interface GatewayConfig {
  readonly server: ServerConfig;
  /** In the order in which they are chosen; the last takes every request that the others leave. At least one. */
  readonly policies: readonly PolicyConfig[];
  /** Which is the truth after a restart: the policies' files, or what was pushed last. */
  readonly policySource: 'file' | 'store';
  readonly store: StoreSettings;
  readonly ledger: LedgerSettings;
  readonly cache: CacheSettings;
  /** What is reckoned with where nothing says how long an answer may be, in tokens. */
  readonly estimates: { readonly outputTokens: number };
  /** How the tokens of a request are counted: `exact` takes a vocabulary, and more time. */
  readonly tokens: 'estimated' | 'exact';
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
  /** Where notices are sent, by the name that policies use. */
  readonly channels: ReadonlyMap<string, ChannelConfig>;
  /** What policies are checked against. */
  readonly environment: Environment;
}

/** A policy that is served, and to whom. */
export interface PolicyConfig {
  /** Tells it from the config's other ones, whatever its text calls itself: `caller.app=support`, or `otherwise`. */
  readonly key: string;
  /** As written, relative to the config file. */
  readonly path: string;
  readonly span: Span;
  /** What a key must be, by dotted attribute; nothing for the last. */
  readonly for: ReadonlyMap<string, Value>;
}

/** Where counters, keys and sums are kept. */
export interface StoreSettings {
  /** `memory`, `sqlite:FILE` with a path relative to the config file, `redis://…`, `rediss://…` or `upstash:https://…`. */
  readonly url: string;
  /** Upstash's: a secret. Empty for others. */
  readonly token: string;
  /** What holds while the store does not answer. */
  readonly onUnavailable: 'refuse' | 'allow';
  /** What one process may spend on its own meanwhile, in nano-units of the config's currency. */
  readonly localAllowance: number;
}

/** What is kept of each request, and where. */
export interface LedgerSettings {
  /** `off`, `sqlite:FILE` or `jsonl:DIR`, with a path relative to the config file. */
  readonly url: string;
  /** Older entries are removed; null: none. */
  readonly keepMs: number | null;
  /** Keeps the bodies of requests. */
  readonly content: boolean;
  /** While it cannot be written: `refuse` answers 503, `allow` serves without it and says so in the log. */
  readonly onUnavailable: 'refuse' | 'allow';
}

/** How much of answers is kept. What is kept, for how long and for whom, is the policy's to say. */
export interface CacheSettings {
  /** Of the store: what ends soonest makes room. */
  readonly bounds: { readonly maxEntries: number; readonly maxBytes: number };
  /** Larger answers are not kept, in bytes. */
  readonly maxAnswerBytes: number;
  /** Null: no texts are compared, and a policy that asks for it is not served. */
  readonly semantic: {
    /** The embeddings model of the catalogue that texts are sent to. */
    readonly model: string;
    /** So many answers of one scope can be found by what was asked. */
    readonly entries: number;
    /** Bounds a call of the model. */
    readonly timeoutMs: number;
  } | null;
}

export interface ChannelConfig {
  /** A URL: may hold a secret. Empty: notices are kept and not sent. */
  readonly webhook: string;
  /** Signs what is sent; empty: it is not signed. */
  readonly secret: string;
}

export interface ServerConfig {
  readonly host: string;
  readonly port: number;
  /** Largest request body, in bytes. */
  readonly maxBodyBytes: number;
  /** Largest head of a request, in bytes. */
  readonly maxHeaderBytes: number;
  /** Within which the head of a request must have come. */
  readonly headerTimeoutMs: number;
  /** Within which the whole request must have come. */
  readonly bodyTimeoutMs: number;
  /** How long a caller may take nothing of an answer that is there for it. */
  readonly writeTimeoutMs: number;
  /** How long a connection without a request is kept. */
  readonly keepAliveMs: number;
  /** Requests that are served at once. */
  readonly maxConcurrency: number;
  /** Requests beyond these that wait for their turn; every further one is refused. */
  readonly maxQueue: number;
  /** From a signal to stop, while `/readyz` already says no, until no more connections are taken. */
  readonly shutdownDelayMs: number;
  /** From then until requests that still run are cut off. */
  readonly shutdownGraceMs: number;
  /** Addresses and networks whose `X-Forwarded-For` is believed. */
  readonly trustProxy: readonly string[];
  /** Paths of PEM files, relative to the config; null for plain HTTP. */
  readonly tls: { readonly cert: string; readonly key: string } | null;
}

/** When an upstream's model is taken for down: `model.up`. */
export interface CircuitSettings {
  /** So many failures one after the other. */
  readonly failures: number;
  /** Or such a share of the calls in the window, in basis points, */
  readonly errorRate: number;
  /** once there were so many calls in it. */
  readonly calls: number;
  readonly windowMs: number;
  /** How long it is then left alone before one call tries it, at first; doubled each time that call fails, */
  readonly restMs: number;
  /** and never longer than this. */
  readonly longestRestMs: number;
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
  /** Bounds the silence between two parts of a stream that has begun. */
  readonly idleTimeoutMs: number;
  /** Null: its models are never taken for down. */
  readonly circuit: CircuitSettings | null;
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
