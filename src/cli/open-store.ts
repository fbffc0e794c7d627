import { resolve } from 'node:path';
import { createStore } from '../assemble-store.ts';
import type { GatewayConfig } from '../config/config.ts';
import { type Store, StoreTooNew, StoreUnavailable } from '../stores/store.ts';
import { CommandError } from './exit.ts';

const filePrefix = 'sqlite:';

/** Opens the store that a config names, whose file stands below the config's folder; or ends the command with what keeps it shut. */
export async function openStore({ store }: Pick<GatewayConfig, 'store'>, folder: string): Promise<Store> {
  const { url, token } = store;
  const place = url.startsWith(filePrefix) ? `${filePrefix}${resolve(folder, url.slice(filePrefix.length))}` : url;
  try {
    return await createStore({ url: place, ...(token === null ? {} : { token }) });
  } catch (error) {
    if (error instanceof StoreUnavailable || error instanceof StoreTooNew) throw new CommandError(error.message);
    // Its message holds the address, and that may hold a password.
    if (error instanceof TypeError && Reflect.get(error, 'code') === 'ERR_INVALID_URL') {
      throw new CommandError('the address of `store` in the config is no URL');
    }
    throw error;
  }
}
