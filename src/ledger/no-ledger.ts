import type { Ledger } from './ledger.ts';

/** `ledger: off`: nothing is kept, and nothing is known. */
export const noLedger: Ledger = {
  keeps: false,
  begin: async () => undefined,
  end: async () => undefined,
  rate: async () => 'unknown',
  page: async () => ({ entries: [], next: null }),
  notice: async () => undefined,
  notices: async () => [],
  tend: async () => ({ more: false }),
  forget: async () => ({ forgotten: 0, more: false }),
  close: async () => undefined,
};
