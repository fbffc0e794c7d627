import { isDeepStrictEqual } from 'node:util';
import type { GatewayConfig, ProviderConfig } from './config/config.ts';
import { kindFacts } from './config/provider-kinds.ts';
import type { RestingKey } from './protocol/resting-key.ts';
import type { KeyCircuitFor } from './providers/key-circuit.ts';
import { callNative } from './providers/native/call-native.ts';
import { countNative } from './providers/native/count-tokens.ts';
import type { Provider } from './providers/provider.ts';
import { ProviderProblem } from './providers/provider-problem.ts';
import { createSandboxProvider } from './providers/sandbox/provider.ts';
import { createTranslated } from './providers/translated/call-translated.ts';
import type { Access } from './providers/upstream/access.ts';
import { openAccess, reloadAccess } from './providers/upstream/open-access.ts';
import { createRemoteProvider } from './providers/upstream/remote-provider.ts';

/** A provider of a config, and what it was started with. */
export interface OpenedProvider {
  readonly config: ProviderConfig;
  readonly access: Access;
  readonly provider: Provider;
}

/** The providers of a config, running. */
export interface RunningProviders {
  readonly opened: readonly OpenedProvider[];
  readonly byName: ReadonlyMap<string, Provider>;
  /** Reads secrets again. A provider whose secrets cannot be had keeps those it has; what was wrong is returned. */
  reload(): Promise<readonly string[]>;
  /** Ends calls in flight. */
  cutOff(): void;
  /** Lets calls in flight end, and closes those that none of the others has too. */
  close(others?: readonly RunningProviders[]): Promise<void>;
}

export interface ProviderSurroundings {
  /** The config's folder, in which files and commands of secrets are found. */
  readonly folder: string;
  /** Hears of keys that upstreams refuse. */
  readonly warn: (warning: RestingKey) => void;
  readonly circuitFor?: KeyCircuitFor;
}

export function createProvider(config: ProviderConfig, access: Access): Provider {
  if (kindFacts(config.kind).dialect === 'sandbox') return createSandboxProvider(config);
  const { count_tokens: countPath, ...paths } = config.surfaces;
  const translate = createTranslated(config);
  const passing = new Map(
    Object.entries(paths).map(([surface, path]) => [surface, callNative.bind(undefined, path)] as const),
  );
  return createRemoteProvider(
    config,
    { access },
    {
      wayFor: (surface) => passing.get(surface) ?? translate,
      ...(countPath !== undefined && { count: countNative.bind(undefined, countPath) }),
    },
  );
}

/**
 * Starts every provider of the config; those of `before` whose entry is as it was go on as they are, connections and all. Throws a
 * `ProviderProblem` where one lacks a secret.
 */
export async function openProviders(
  { providers }: Pick<GatewayConfig, 'providers'>,
  { folder, warn, circuitFor }: ProviderSurroundings,
  before?: RunningProviders,
): Promise<RunningProviders> {
  const opened = await Promise.all(
    [...providers.values()].map(async (config): Promise<OpenedProvider> => {
      const known = before?.opened.find((other) => isDeepStrictEqual(other.config, config));
      if (known !== undefined) return known;
      return namingProvider(config, async () => {
        const access = await openAccess(config, folder, { warn, circuitFor });
        return { config, access, provider: createProvider(config, access) };
      });
    }),
  );
  return {
    opened,
    byName: new Map(opened.map(({ config, provider }) => [config.name, provider])),
    async reload() {
      const results = await Promise.allSettled(
        opened.map(({ config, access }) => namingProvider(config, () => reloadAccess(access, config, folder))),
      );
      return results.flatMap((result) => (result.status === 'rejected' ? [String(result.reason.message)] : []));
    },
    cutOff() {
      for (const { provider } of opened) provider.cutOff?.();
    },
    async close(others = []) {
      const kept = new Set(others.flatMap((other) => other.opened));
      await Promise.all(opened.filter((own) => !kept.has(own)).map(({ provider }) => provider.close()));
    },
  };
}

async function namingProvider<Value>({ name }: ProviderConfig, work: () => Promise<Value>): Promise<Value> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof ProviderProblem) throw new ProviderProblem(`provider ${name}: ${error.message}`);
    throw error;
  }
}
