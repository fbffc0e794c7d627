import type { ProviderConfig } from '../../config/config.ts';
import type { RestingKey } from '../../protocol/resting-key.ts';
import type { KeyCircuitFor } from '../key-circuit.ts';
import { Access } from './access.ts';
import { createSigner } from './cloud-identity.ts';
import { KeyPool } from './key-pool.ts';
import { readSecret } from './read-secret.ts';

interface Secrets {
  readonly keys: readonly string[];
  readonly headers: Readonly<Record<string, string>>;
}

/** Throws an `ProviderProblem` for the first secret that cannot be had. `folder` is that of the config. */
async function readSecrets({ apiKeys, headers }: ProviderConfig, folder: string): Promise<Secrets> {
  const keys = await Promise.all(apiKeys.map((key) => readSecret(key, folder)));
  const entries = Object.entries(headers).map(
    async ([name, value]) => [name, await readSecret(value, folder)] as const,
  );
  return { keys, headers: Object.fromEntries(await Promise.all(entries)) };
}

export async function openAccess(
  config: ProviderConfig,
  folder: string,
  {
    warn,
    circuitFor,
  }: { readonly warn: (warning: RestingKey) => void; readonly circuitFor?: KeyCircuitFor | undefined },
): Promise<Access> {
  const { keys, headers } = await readSecrets(config, folder);
  const pool = new KeyPool(config.name, keys, {
    now: () => performance.now(),
    warn,
    ...(circuitFor && { circuitFor: (keyId) => circuitFor(config, keyId) }),
  });
  return new Access(pool, headers, config.identity && createSigner(config.identity));
}

/** Reads the secrets again. Where one cannot be had, all stay as they are, and it throws an `ProviderProblem`. */
export async function reloadAccess(access: Access, config: ProviderConfig, folder: string): Promise<void> {
  const { keys, headers } = await readSecrets(config, folder);
  access.keys.replace(keys);
  access.replaceHeaders(headers);
}
