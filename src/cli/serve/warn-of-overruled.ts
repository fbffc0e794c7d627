import type { GatewayConfig } from '../../config/config.ts';
import type { Store } from '../../stores/store.ts';
import type { Terminal } from '../output/terminal.ts';

/** A name that the config declares is the config's: a key of the store that has it is refused, and whoever made it should know. */
export async function warnOfOverruled(
  terminal: Terminal,
  { keys }: Pick<GatewayConfig, 'keys'>,
  store: Pick<Store, 'keys'>,
): Promise<void> {
  if (keys.length === 0) return;
  const stored = await store.keys.list().catch(() => []);
  for (const { name } of stored.filter((key) => key.revokedAt === null && keys.some(({ name }) => name === key.name))) {
    terminal.err(`error: the key \`${name}\` of the store is refused: the config has a key of that name`);
  }
}
