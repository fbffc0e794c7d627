import type { GatewayConfig, ProviderConfig } from './config/config.ts';
import { assertNever } from './diagnostics/assert-never.ts';
import { createOpenAiProvider } from './providers/openai/provider.ts';
import type { Provider } from './providers/provider.ts';
import { createSandboxProvider } from './providers/sandbox/provider.ts';
import { KeyPool, type KeyWarning } from './providers/upstream/key-pool.ts';
import type { ProviderTools } from './providers/upstream/upstream.ts';

function createProvider(config: ProviderConfig, tools: ProviderTools): Provider {
  switch (config.kind) {
    case 'sandbox':
      return createSandboxProvider(config);
    case 'openai':
    case 'openai-compatible':
      return createOpenAiProvider(config, tools);
    default:
      return assertNever(config.kind);
  }
}

/** Every provider of the config, by name. `warn` hears of keys that upstreams refuse. */
export function createProviders(
  { providers }: Pick<GatewayConfig, 'providers'>,
  warn: (warning: KeyWarning) => void,
): ReadonlyMap<string, Provider> {
  const now = () => performance.now();
  return new Map(
    [...providers].map(([name, config]) => {
      const keys = new KeyPool(name, config.apiKeys, { now, warn });
      return [name, createProvider(config, { keys })];
    }),
  );
}

export async function closeProviders(providers: ReadonlyMap<string, Provider>): Promise<void> {
  await Promise.all([...providers.values()].map((provider) => provider.close()));
}
