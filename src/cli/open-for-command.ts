import { StoreTooNew, StoreUnavailable } from '../stores/store.ts';
import { CommandError } from './exit.ts';

/** Opens a store or a ledger, or asks it; or ends the command with why it does not answer. */
export async function openForCommand<Opened>(open: () => Promise<Opened>): Promise<Opened> {
  try {
    return await open();
  } catch (error) {
    if (error instanceof StoreUnavailable || error instanceof StoreTooNew) throw new CommandError(error.message);
    throw error;
  }
}
