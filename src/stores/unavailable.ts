import { StoreTooNew, StoreUnavailable } from './store.ts';

const longestReason = 160;

/**
 * What a Redis or its client refused, as the error of the contract. Only the reason is taken over, without the command that it may
 * repeat, for that holds what is stored.
 */
export function unavailable(where: string, error: unknown): StoreUnavailable {
  if (error instanceof StoreUnavailable) return error;
  const said = error instanceof Error ? error.message : String(error);
  const [reason = ''] = said.split(/\n|,? command was:|, with args/);
  const full = reason.startsWith('OOM');
  return new StoreUnavailable(
    full ? 'full' : 'connection',
    `${where} did not answer: ${reason.slice(0, longestReason)}`,
  );
}

/** The same of opening one, where a newer schema is an answer too. */
export function notOpened(where: string, error: unknown): StoreUnavailable | StoreTooNew {
  return error instanceof StoreTooNew ? error : unavailable(where, error);
}
