import type { ProviderConfig } from '../../src/config/config.ts';
import { kindFacts } from '../../src/config/provider-kinds.ts';
import { Access } from '../../src/providers/upstream/access.ts';
import { createSigner } from '../../src/providers/upstream/cloud-identity.ts';
import { KeyPool } from '../../src/providers/upstream/key-pool.ts';
import type { ProviderTools } from '../../src/providers/upstream/upstream.ts';

/** A provider's entry in the config, with the parts that a test is about. */
export function providerConfig({ kind = 'openai', ...parts }: Partial<ProviderConfig>): ProviderConfig {
  return {
    name: 'under-test',
    kind,
    baseUrl: kindFacts(kind).baseUrl,
    query: '',
    surfaces: kindFacts(kind).surfaces,
    apiKeys: [],
    identity: null,
    region: null,
    headers: {},
    proxy: null,
    timeoutMs: 120_000,
    idleTimeoutMs: 120_000,
    circuit: null,
    ...parts,
  };
}

/** What a provider of that entry is given, where its secrets are texts. */
export function providerTools({ name, apiKeys, headers, identity }: ProviderConfig): ProviderTools {
  const keys = new KeyPool(name, apiKeys.map(String), { now: () => performance.now(), warn: () => undefined });
  const plain = Object.fromEntries(Object.entries(headers).map(([header, value]) => [header, String(value)]));
  return { access: new Access(keys, plain, identity && createSigner(identity)) };
}
