import { noObligations } from '../../src/decide/obligations.ts';
import type { LedgerEntry } from '../../src/ledger/ledger-entry.ts';

let last = 0;

/** An entry of a request that has begun. */
export function sampleEntry(parts: Partial<LedgerEntry> = {}): LedgerEntry {
  const id = parts.id ?? `entry-${++last}-${Math.random().toString(36).slice(2)}`;
  return {
    id,
    requestId: `request of ${id}`,
    state: 'open',
    startedAt: Date.UTC(2026, 0, 5, 12),
    endedAt: null,
    key: 'dev',
    team: 'a',
    user: null,
    app: null,
    claimedUser: null,
    endpoint: 'chat',
    modelAsked: 'auto',
    policy: { name: 'sample', digest: 'sha256:sample' },
    route: 'main',
    split: null,
    branch: null,
    facts: { 'request.model': 'auto' },
    decision: {
      policy: { name: 'sample', digest: 'sha256:sample' },
      outcome: 'plan',
      route: 'main',
      attempts: [],
      retry: [],
      fallback: { on: [], maxAttempts: null, withinMs: null },
      reject: null,
      splits: [],
      removed: [],
      obligations: noObligations,
      shadow: [],
    },
    attempts: [],
    modelServed: null,
    usage: null,
    usageDoubt: null,
    cost: null,
    labels: {},
    tags: {},
    cache: 'off',
    error: null,
    latencyMs: null,
    overheadMs: null,
    ...parts,
  };
}
