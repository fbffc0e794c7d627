import type { ProviderConfig } from '../../src/config/config.ts';
import { KeyPool } from '../../src/providers/upstream/key-pool.ts';
import type { ProviderTools } from '../../src/providers/upstream/upstream.ts';

/** A provider's entry in the config, with the parts that a test is about. */
export function providerConfig(parts: Partial<ProviderConfig>): ProviderConfig {
  return {
    name: 'under-test',
    kind: 'openai',
    baseUrl: null,
    apiKeys: [],
    region: null,
    headers: {},
    proxy: null,
    timeoutMs: 30_000,
    ...parts,
  };
}

/** What a provider of that entry is given. */
export function providerTools({ name, apiKeys }: ProviderConfig): ProviderTools {
  return { keys: new KeyPool(name, apiKeys, { now: () => performance.now(), warn: () => undefined }) };
}
