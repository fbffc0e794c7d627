import type { GatewayConfig, ProviderConfig } from './config/config.ts';
import { assertNever } from './diagnostics/assert-never.ts';
import { createOpenAiProvider } from './providers/openai/provider.ts';
import type { Provider } from './providers/provider.ts';
import { createSandboxProvider } from './providers/sandbox/provider.ts';

function createProvider(config: ProviderConfig): Provider {
  switch (config.kind) {
    case 'sandbox':
      return createSandboxProvider(config);
    case 'openai':
    case 'openai-compatible':
      return createOpenAiProvider(config);
    default:
      return assertNever(config.kind);
  }
}

/** Every provider of the config, by name. */
export function createProviders({ providers }: Pick<GatewayConfig, 'providers'>): ReadonlyMap<string, Provider> {
  return new Map([...providers].map(([name, config]) => [name, createProvider(config)]));
}

export async function closeProviders(providers: ReadonlyMap<string, Provider>): Promise<void> {
  await Promise.all([...providers.values()].map((provider) => provider.close()));
}
