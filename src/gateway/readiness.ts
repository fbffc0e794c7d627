import type { GatewayConfig } from '../config/config.ts';
import type { Store } from '../stores/store.ts';

/** Whether requests should come, and what is wrong. */
export interface Readiness {
  readonly ready: boolean;
  readonly store: { readonly reachable: true } | { readonly reachable: false; readonly why: string };
  readonly ledger: { readonly writable: true } | { readonly writable: false; readonly why: string };
}

/** Why something could not do its work when it was last asked, and when that was, in milliseconds that never run backwards. */
export interface Problem {
  readonly why: string;
  readonly at: number;
}

export interface WatchedParts {
  readonly store: Pick<Store, 'keys'>;
  /** Of the counters in the store, while they cannot be counted. */
  counterProblem(): Problem | undefined;
  ledgerProblem(): Problem | undefined;
  /** Milliseconds that never run backwards. */
  now(): number;
}

/** One question to the store answers all who ask within this time: whoever asks often does not wear it out. */
const holdsForMs = 250;
/**
 * What failed is taken to fail for so long, then requests may come again and try: nothing else finds out that a disk has room, for
 * whoever is not ready is sent nothing.
 */
const problemHoldsMs = 10_000;

/**
 * Whether the gateway can serve: it has a policy, or it would not run; its store answers, and its ledger can be written, unless the config
 * says to serve without them.
 */
export function watchReadiness(
  { store: { onUnavailable }, ledger }: Pick<GatewayConfig, 'store' | 'ledger'>,
  { store, counterProblem, ledgerProblem, now }: WatchedParts,
): () => Promise<Readiness> {
  let asked: { readonly at: number; readonly answer: Promise<string | undefined> } | undefined;
  const askStore = async (): Promise<string | undefined> => {
    try {
      await store.keys.version();
      return undefined;
    } catch (error) {
      return error instanceof Error ? error.message : String(error);
    }
  };
  const recent = (problem: Problem | undefined) =>
    problem !== undefined && now() - problem.at < problemHoldsMs ? problem.why : undefined;
  return async () => {
    if (asked === undefined || now() - asked.at >= holdsForMs) asked = { at: now(), answer: askStore() };
    const ofStore = (await asked.answer) ?? recent(counterProblem());
    const ofLedger = recent(ledgerProblem());
    return {
      ready:
        (ofStore === undefined || onUnavailable === 'allow') &&
        (ofLedger === undefined || ledger.onUnavailable === 'allow'),
      store: ofStore === undefined ? { reachable: true } : { reachable: false, why: ofStore },
      ledger: ofLedger === undefined ? { writable: true } : { writable: false, why: ofLedger },
    };
  };
}
