import type { ProviderConfig } from '../../src/config/config.ts';

/** A provider's entry in the config, with the parts that a test is about. */
export function providerConfig(parts: Partial<ProviderConfig>): ProviderConfig {
  return { name: 'under-test', kind: 'openai', baseUrl: null, apiKeys: [], region: null, timeoutMs: 30_000, ...parts };
}
