import { createStore } from '../assemble-store.ts';
import type { GatewayConfig } from '../config/config.ts';
import { type Store, StoreTooNew, StoreUnavailable } from '../stores/store.ts';
import { CommandError } from './exit.ts';

/** Opens the store of a config whose folder is `folder`; or ends the command with what keeps it shut. */
export async function openStore(
  { store, cache }: Pick<GatewayConfig, 'store' | 'cache'>,
  folder: string,
): Promise<Store> {
  try {
    return await createStore({ ...store, bounds: cache.bounds }, folder);
  } catch (error) {
    if (error instanceof StoreUnavailable || error instanceof StoreTooNew) throw new CommandError(error.message);
    // Its message holds the address, and that may hold a password.
    if (error instanceof TypeError && Reflect.get(error, 'code') === 'ERR_INVALID_URL') {
      throw new CommandError('the address of `store` in the config is no URL');
    }
    throw error;
  }
}
